package io.pinion.model.checkpoint.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SafetensorsFileTest {
  @TempDir Path folder;

  private Path file(byte[] bytes) throws IOException {
    Path path = folder.resolve("model.safetensors");
    Files.write(path, bytes);
    return path;
  }

  private static byte[] small() throws IOException {
    return new SafetensorsWriter()
        .add("a", TensorType.F32, new long[] {2, 3}, new float[] {1, 2, 3, 4, 5, 6})
        .add("b", TensorType.BF16, new long[] {2}, new float[] {0.5f, -2})
        .bytes();
  }

  @Test
  void tensorsAreWhereTheHeaderSays() throws IOException {
    try (SafetensorsFile file = SafetensorsFile.open(file(small()))) {
      assertThat(file.tensors()).containsOnlyKeys("a", "b");
      SafetensorsFile.Tensor a = file.tensors().get("a");
      assertThat(a.shape()).containsExactly(2L, 3L);
      assertThat(file.bytes(a, 12, 4).getFloat()).isEqualTo(4f);
      assertThat(file.bytes(file.tensors().get("b"), 2, 2).getShort()).isEqualTo((short) 0xc000);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}} | overlapping tensors a and b
          {"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}} | tensor a is at bytes 0 to 32 of 16
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}} | tensor a is at bytes -4 to 0 of 16
          {"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}} | tensor a is at bytes 8 to 4 of 16
          {"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}} | 8 bytes, which do not match the shape [3] in F32
          {"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}} | the impossible shape [4294967296, 4294967296]
          {"a":{"dtype":"F32","shape":[99999999999999999999],"data_offsets":[0,8]}} | the impossible shape [99999999999999999999]
          {"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}} | the impossible shape [-2]
          {"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,8]}} | the impossible shape [1.5]
          {"a":{"dtype":"F32","data_offsets":[0,8]}} | the impossible shape
          {"a":{"dtype":"F32","shape":[2]}} | has tensor a without two data_offsets
          {"a":{"dtype":"F32","shape":[2],"data_offsets":["0","8"]}} | has tensor a without two data_offsets
          {"a":{"dtype":"Q9","shape":[2],"data_offsets":[0,8]}} | has tensor a with the unknown type 'Q9'
          {"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"a":{"dtype":"F32","shape":[2],"data_offsets":[8,16]}} | is not valid JSON: Duplicate field
          [] | is not a JSON object
          {"a" | is not valid JSON
          """)
  void aHeaderThatLiesIsRefused(String header, String message) throws IOException {
    Path path = file(SafetensorsWriter.bytes(header, new byte[16]));
    assertThatThrownBy(() -> SafetensorsFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(path.toString())
        .hasMessageContaining(message);
  }

  @Test
  void aHeaderLongerThanTheFileIsRefused() throws IOException {
    for (long length : new long[] {17, 1L << 40, -1, Long.MIN_VALUE, 0}) {
      byte[] bytes = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();
      Path path = file(bytes);
      assertThatThrownBy(() -> SafetensorsFile.open(path))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("claims a header of " + Long.toUnsignedString(length) + " bytes");
    }
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    byte[] whole = small();
    for (int length = 0; length < whole.length; length++) {
      Path path = file(Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsFile.open(path))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(path.toString());
    }
  }

  @Test
  void flippedBytesAreReadOrRefusedAndNothingElse() throws IOException {
    byte[] whole = small();
    Random random = new Random(11);
    int refused = 0;
    for (int round = 0; round < 3000; round++) {
      byte[] bytes = whole.clone();
      for (int i = 0; i <= random.nextInt(3); i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try (SafetensorsFile file = SafetensorsFile.open(file(bytes))) {
        for (SafetensorsFile.Tensor tensor : file.tensors().values()) {
          assertThat(file.bytes(tensor, 0, tensor.bytes()).remaining()).isEqualTo(tensor.bytes());
        }
      } catch (ModelException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
