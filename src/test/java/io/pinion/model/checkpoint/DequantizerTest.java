package io.pinion.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.TensorType;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DequantizerTest {
  private static final int COUNT = 256 * 40;

  private static float[] dequantize(TensorType type, byte[] bytes, int count) {
    float[] numbers = new float[count];
    Dequantizer.dequantize(type, ByteBuffer.wrap(bytes), numbers, count);
    return numbers;
  }

  private static JsonNode fixture() throws IOException {
    try (InputStream json = DequantizerTest.class.getResourceAsStream("/gguf/dequantize.json")) {
      return new ObjectMapper().readTree(json).get("tensors");
    }
  }

  @Test
  void blocksOfEveryTypeHaveTheValuesThatThePythonPackageGives() throws IOException {
    Set<TensorType> seen = EnumSet.noneOf(TensorType.class);
    for (JsonNode tensor : fixture()) {
      TensorType type = TensorType.valueOf(tensor.get("type").asText());
      byte[] data = tensor.get("data").binaryValue();
      float[] expected = new float[tensor.get("values").size()];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (float) tensor.get("values").get(i).asDouble();
      }
      assertThat(dequantize(type, data, expected.length))
          .as(type.name())
          .containsExactly(expected, within(0f));
      assertThat(NaiveDequantizer.dequantize(type, data))
          .as("naive %s", type)
          .containsExactly(expected, within(0f));
      seen.add(type);
    }
    assertThat(seen).containsExactlyInAnyOrder(TensorType.values());
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void randomBlocksHaveTheNaiveTwinsValues(TensorType type) {
    byte[] data = new RandomBlocks(3).next(type, COUNT);
    float[] expected = NaiveDequantizer.dequantize(type, data);
    assertThat(dequantize(type, data, COUNT)).containsExactly(expected, within(0f));
  }

  @ParameterizedTest
  @EnumSource(TensorType.class)
  void readingBeginsAtTheBuffersPositionAndLeavesIt(TensorType type) {
    int block = type.blockElements();
    byte[] data = new RandomBlocks(4).next(type, 3 * block);
    ByteBuffer source = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    source.position(type.blockBytes());
    float[] numbers = new float[block + 1];
    Dequantizer.dequantize(type, source, numbers, block);
    float[] expected = new float[block + 1];
    System.arraycopy(NaiveDequantizer.dequantize(type, data), block, expected, 0, block);
    assertThat(numbers).containsExactly(expected, within(0f));
    assertThat(source.position()).isEqualTo(type.blockBytes());
  }

  @Test
  void everyHalfIsTheNumberThatItsBitsStandFor() {
    for (int bits = 0; bits < 1 << 16; bits++) {
      int exponent = bits >> 10 & 31;
      double fraction = (bits & 1023) / 1024.0;
      double magnitude =
          exponent == 0 ? Math.scalb(fraction, -14) : Math.scalb(1 + fraction, exponent - 15);
      if (exponent == 31) {
        magnitude = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
      }
      float expected = (float) (bits < 1 << 15 ? magnitude : -magnitude);
      assertThat(Dequantizer.half((short) bits))
          .as("%04x", bits)
          .isEqualTo(Float.valueOf(expected));
    }
  }
}
