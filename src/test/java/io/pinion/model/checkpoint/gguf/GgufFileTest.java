package io.pinion.model.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.gguf.GgufWriter.Items;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import io.pinion.model.runtime.Checkpoints;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GgufFileTest {
  private static final long HUGE = 1L << 40;

  @TempDir Path directory;

  private GgufFile open(GgufWriter writer) {
    return GgufFile.open(writer.write(directory.resolve("some.gguf")));
  }

  private AbstractThrowableAssert<?, ?> refused(GgufWriter writer) {
    return refused(writer.toBytes());
  }

  private AbstractThrowableAssert<?, ?> refused(byte[] bytes) {
    Path path = directory.resolve("broken.gguf");
    return assertThatThrownBy(() -> GgufFile.open(Files.write(path, bytes)))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("GGUF file " + path + " ");
  }

  private static GgufWriter empty() {
    return new GgufWriter(3);
  }

  private static GgufWriter nested(int depth) {
    Items items = new Items(Kind.INT8, List.of(7));
    for (int i = 1; i < depth; i++) {
      items = new Items(Kind.ARRAY, List.of(items));
    }
    return empty().put("nested", Kind.ARRAY, items);
  }

  /** A file's bytes with one number replaced, eight bytes wide. */
  private static byte[] with(byte[] bytes, int at, long value) {
    for (int i = 0; i < 8; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
    return bytes;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void metadataOfEveryKindIsRead(int version) {
    GgufWriter writer =
        new GgufWriter(version)
            .put("uint8", Kind.UINT8, 200)
            .put("int8", Kind.INT8, -100)
            .put("uint16", Kind.UINT16, 60_000)
            .put("int16", Kind.INT16, -30_000)
            .put("uint32", Kind.UINT32, 4_000_000_000L)
            .put("int32", Kind.INT32, -2_000_000_000)
            .put("uint64", Kind.UINT64, 1L << 50)
            .put("int64", Kind.INT64, -(1L << 50))
            .put("float32", Kind.FLOAT32, 1.5)
            .put("float64", Kind.FLOAT64, 0.1)
            .put("yes", Kind.BOOL, true)
            .put("no", Kind.BOOL, false)
            .put("text", Kind.STRING, "día \uD83D\uDE00")
            .put("empty", Kind.ARRAY, new Items(Kind.STRING, List.of()))
            .put("texts", Kind.ARRAY, new Items(Kind.STRING, List.of("", "a")))
            .put("bools", Kind.ARRAY, new Items(Kind.BOOL, List.of(true, false)))
            .put("floats", Kind.ARRAY, new Items(Kind.FLOAT32, List.of(-0.5f, 2f)));
    try (GgufFile file = open(writer)) {
      assertThat(file.metadata())
          .containsEntry("uint8", 200)
          .containsEntry("int8", -100)
          .containsEntry("uint16", 60_000)
          .containsEntry("int16", -30_000)
          .containsEntry("uint32", 4_000_000_000L)
          .containsEntry("int32", -2_000_000_000)
          .containsEntry("uint64", 1L << 50)
          .containsEntry("int64", -(1L << 50))
          .containsEntry("float32", 1.5f)
          .containsEntry("float64", 0.1)
          .containsEntry("yes", true)
          .containsEntry("no", false)
          .containsEntry("text", "día \uD83D\uDE00")
          .containsEntry("empty", List.of())
          .containsEntry("texts", List.of("", "a"))
          .containsEntry("bools", List.of(true, false))
          .containsEntry("floats", List.of(-0.5f, 2f))
          .hasSize(17);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 32, 4096})
  void tensorsLieWhereTheAlignmentPutsThem(int alignment) {
    GgufWriter writer =
        empty().alignment(alignment).put("general.alignment", Kind.UINT32, alignment);
    writer.tensor("first", TensorType.F32, new byte[] {1, 2, 3, 4}, 1);
    writer.tensor("second", TensorType.F16, new byte[] {5, 6, 7, 8, 9, 10}, 3, 1);
    try (GgufFile file = open(writer)) {
      GgufFile.Tensor second = file.tensors().get("second");
      assertThat(second.shape()).containsExactly(3, 1);
      assertThat(second.type()).isEqualTo(TensorType.F16);
      assertThat(second.offset() % alignment).isZero();
      byte[] read = new byte[4];
      file.bytes(second, 2, 4).get(read);
      assertThat(read).containsExactly(7, 8, 9, 10);
    }
  }

  @Test
  void nestedArraysAreReadUpToFourDeep() {
    try (GgufFile file = open(nested(4))) {
      assertThat(file.metadata().get("nested")).isEqualTo(List.of(List.of(List.of(List.of(7)))));
    }
    refused(nested(5)).hasMessageEndingWith("nests arrays too deeply in key nested");
    refused(nested(1000)).hasMessageEndingWith("nests arrays too deeply in key nested");
  }

  @Test
  void filesOfOtherFormatsAndVersionsAreRefused() {
    refused("{\"model_type\": \"llama\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .hasMessageContaining("does not begin with the letters GGUF");
    refused(new byte[0]).hasMessageContaining("does not begin with the letters GGUF");
    refused(new GgufWriter(1)).hasMessageContaining("GGUF version 1; supported are 2 and 3");
    refused(new GgufWriter(4)).hasMessageContaining("GGUF version 4; supported are 2 and 3");
    refused(new GgufWriter(Integer.reverseBytes(3))).hasMessageContaining("little-endian");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MIN_VALUE, 1000, Integer.MAX_VALUE, HUGE, Long.MAX_VALUE})
  void countsThatTheFileHasNoRoomForAreRefused(long count) {
    String claim = "claims " + Long.toUnsignedString(count);
    byte[] bytes = empty().put("key", Kind.STRING, "text").toBytes();
    refused(with(bytes.clone(), 8, count)).hasMessageContaining(claim + " tensors");
    refused(with(bytes.clone(), 16, count)).hasMessageContaining(claim + " metadata entries");
    refused(with(bytes.clone(), 24, count)).hasMessageContaining(claim + " characters in a text");
    byte[] array = empty().put("key", Kind.ARRAY, new Items(Kind.INT8, List.of(1))).toBytes();
    refused(with(array, 24 + 8 + 3 + 4 + 4, count)).hasMessageContaining(claim + " items in key");
  }

  /** Lengths that fit into the file, of which most is a hole, but into no sensible header. */
  @Test
  void aHugeFileDoesNotExcuseAbsurdLengths() throws IOException {
    byte[] text = empty().put("key", Kind.STRING, "text").toBytes();
    byte[] array = empty().put("key", Kind.ARRAY, new Items(Kind.INT8, List.of(1))).toBytes();
    for (long length : new long[] {1L << 31, 1_900_000_000L, 5L << 30}) {
      Path path = sparse(with(text, 24 + 8 + 3 + 4, length));
      assertThatThrownBy(() -> GgufFile.open(path))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(path + " claims " + length + " characters in a text");
      Path other = sparse(with(array, 24 + 8 + 3 + 4 + 4, length));
      assertThatThrownBy(() -> GgufFile.open(other))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining(other + " claims " + length + " items in key");
    }
  }

  private Path sparse(byte[] begin) throws IOException {
    Path path = directory.resolve("sparse.gguf");
    Files.deleteIfExists(path);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(begin);
      file.setLength(6L << 30);
    }
    return path;
  }

  @Test
  void aValueOfUnknownKindIsRefused() {
    refused(empty().putUnknown("key", 13))
        .hasMessageEndingWith("has the unknown type 13 for key key");
    refused(empty().putUnknown("key", -1))
        .hasMessageEndingWith("has the unknown type -1 for key key");
  }

  @Test
  void aKeyGivenTwiceIsRefused() {
    refused(empty().put("key", Kind.INT8, 1).put("key", Kind.INT8, 2))
        .hasMessageEndingWith("has key key twice");
  }

  @Test
  void anUnknownTensorTypeIsRefusedWithTheListOfThoseKnown() {
    for (int type : new int[] {4, 5, 9, 10, 31, 39, 1000, -1}) {
      refused(empty().rawTensor("t", type, new byte[64], 0, 32))
          .hasMessageContaining(
              "stores tensor t in type " + GgufTypes.name(type) + ", which is not supported")
          .hasMessageContaining(
              "Supported are F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1, Q4_K, Q5_K, Q6_K");
    }
    refused(empty().rawTensor("t", 23, new byte[64], 0, 32))
        .hasMessageContaining("stores tensor t in type IQ4_XS, which is not supported");
  }

  @Test
  void absurdShapesAreRefused() {
    long[][] shapes = {{0}, {-1}, {32, 0}, {HUGE}, {1 << 20, 1 << 20, 1 << 20, 1 << 20}};
    for (long[] shape : shapes) {
      refused(empty().rawTensor("t", 0, new byte[128], 0, shape))
          .hasMessageContaining("has tensor t with the impossible shape [" + shape[0]);
    }
    refused(empty().rawTensor("t", 0, new byte[128], 0))
        .hasMessageContaining("t with 0 dimensions");
    refused(empty().rawTensor("t", 0, new byte[128], 0, 1, 1, 1, 1, 1))
        .hasMessageContaining("has tensor t with 5 dimensions; 1 to 4 are possible");
    refused(empty().rawTensor("t", 8, new byte[128], 0, 31))
        .hasMessageContaining(
            "rows of 31 numbers, which is not a multiple of the 32 of a Q8_0 block");
    refused(empty().rawTensor("t", 12, new byte[256], 0, 32, 8))
        .hasMessageContaining(
            "rows of 32 numbers, which is not a multiple of the 256 of a Q4_K block");
  }

  @ParameterizedTest
  @ValueSource(longs = {0, -32, 3, 33, 1L << 21, 1L << 32, Long.MIN_VALUE})
  void absurdAlignmentsAreRefused(long alignment) {
    refused(empty().put("general.alignment", Kind.INT64, alignment))
        .hasMessageContaining("has general.alignment " + alignment);
  }

  @Test
  void anAlignmentThatIsNoWholeNumberIsRefused() {
    refused(empty().put("general.alignment", Kind.STRING, "32"))
        .hasMessageContaining("has general.alignment 32");
    refused(empty().put("general.alignment", Kind.FLOAT32, 32.5))
        .hasMessageContaining("has general.alignment 32.5");
  }

  @Test
  void tensorsThatShareBytesAreRefused() {
    GgufWriter writer = empty().rawTensor("one", 0, new byte[64], 0, 16);
    refused(writer.rawTensor("two", 0, new byte[64], 32, 16))
        .hasMessageEndingWith("has overlapping tensors one and two");
  }

  @Test
  void aTensorNamedTwiceIsRefused() {
    GgufWriter writer = empty().tensor("same", TensorType.F32, new byte[64], 16);
    refused(writer.tensor("same", TensorType.F32, new byte[64], 16))
        .hasMessageEndingWith("has tensor same twice");
  }

  @ParameterizedTest
  @ValueSource(longs = {32, HUGE, -32, Long.MIN_VALUE, Long.MAX_VALUE - 31})
  void aTensorBeyondTheEndIsRefused(long offset) {
    refused(empty().rawTensor("t", 0, new byte[64], offset, 16))
        .hasMessageContaining("is truncated: tensor t ");
  }

  @Test
  void aTensorOffTheAlignmentIsRefused() {
    refused(empty().rawTensor("t", 0, new byte[128], 4, 16))
        .hasMessageContaining(
            "puts tensor t at offset 4, which is not a multiple of its alignment 32");
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    Path path = directory.resolve("none.gguf");
    assertThatThrownBy(() -> GgufFile.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(path.toString());
    assertThatThrownBy(() -> Checkpoints.open(path))
        .isInstanceOf(ModelException.class)
        .hasMessage("model " + path + " does not exist");
  }
}
