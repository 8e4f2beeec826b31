package io.pinion.model.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.gguf.GgufWriter.Items;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Arrays among the metadata are read where they are asked for. */
class GgufArrayTest {
  private static final int MANY = 8_000_000;

  @TempDir Path folder;

  private Object read(Kind kind, List<?> values) {
    Path path =
        new GgufWriter(3)
            .put("array", Kind.ARRAY, new Items(kind, values))
            .put("behind", Kind.BOOL, true)
            .write(folder.resolve("a.gguf"));
    try (GgufFile file = GgufFile.open(path)) {
      assertThat(file.metadata()).containsEntry("behind", true);
      return file.metadata().get("array");
    }
  }

  @Test
  void arraysOfEveryKindEqualLists() {
    assertThat(read(Kind.UINT8, List.of(1, 255))).isEqualTo(List.of(1, 255));
    assertThat(read(Kind.INT8, List.of(1, -1))).isEqualTo(List.of(1, -1));
    assertThat(read(Kind.UINT16, List.of(65535))).isEqualTo(List.of(65535));
    assertThat(read(Kind.INT16, List.of(-2))).isEqualTo(List.of(-2));
    assertThat(read(Kind.UINT32, List.of(0xffffffffL))).isEqualTo(List.of(0xffffffffL));
    assertThat(read(Kind.INT32, List.of(-7))).isEqualTo(List.of(-7));
    assertThat(read(Kind.FLOAT32, List.of(1.5f))).isEqualTo(List.of(1.5f));
    assertThat(read(Kind.FLOAT64, List.of(1.5))).isEqualTo(List.of(1.5));
    assertThat(read(Kind.INT64, List.of(-9L))).isEqualTo(List.of(-9L));
    assertThat(read(Kind.BOOL, List.of(true, false))).isEqualTo(List.of(true, false));
    assertThat(read(Kind.INT32, List.of())).isEqualTo(List.of());
    List<String> texts = IntStream.range(0, 100).mapToObj(i -> "\u00e9".repeat(i % 7)).toList();
    assertThat(read(Kind.STRING, texts)).isEqualTo(texts);
  }

  @Test
  void millionsOfItemsTakeNoHeap() throws IOException {
    Path path = folder.resolve("many.gguf");
    Files.write(path, header(9, MANY));
    try (var channel = Files.newByteChannel(path, StandardOpenOption.APPEND)) {
      channel.write(ByteBuffer.allocate(4 * MANY));
    }
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    try (GgufFile file = GgufFile.open(path)) {
      assertThat((List<?>) file.metadata().get("a")).hasSize(MANY).last().isEqualTo(0);
    }
    long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    assertThat(after - before).isLessThan(1 << 20);
  }

  /** A file with one array of 32-bit integers that still has to be appended. */
  private static byte[] header(int type, int items) {
    ByteBuffer bytes = ByteBuffer.allocate(24 + 9 + 4 + 12).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0x46554747).putInt(3).putLong(0).putLong(1);
    bytes.putLong(1).put((byte) 'a').putInt(type).putInt(5).putLong(items);
    return bytes.array();
  }

  @Test
  void anArrayCutShortIsRefused() throws IOException {
    for (Kind kind : new Kind[] {Kind.INT64, Kind.STRING}) {
      List<?> values = Collections.nCopies(100, kind == Kind.STRING ? (Object) "text" : 5L);
      byte[] whole = new GgufWriter(3).put("a", Kind.ARRAY, new Items(kind, values)).toBytes();
      Path path = folder.resolve("cut.gguf");
      for (int less = 1; less < whole.length; less += 7) {
        Files.write(path, Arrays.copyOf(whole, whole.length - less));
        assertThatThrownBy(() -> GgufFile.open(path))
            .isInstanceOf(ModelException.class)
            .hasMessageContaining("GGUF file " + path);
      }
    }
  }

  @Test
  void thousandsOfArraysInsideOneAreRefused() {
    Items empty = new Items(Kind.INT32, List.of());
    assertThatThrownBy(() -> read(Kind.ARRAY, Collections.nCopies(70_000, empty)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("has more than 65536 arrays inside others, in key array");
  }
}
