package io.pinion.model.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.GgufModelWriter;
import io.pinion.model.runtime.RandomCheckpoint;
import io.pinion.model.runtime.TinyModel;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A small model's file cut short at every byte, and with seeded bytes changed. */
class GgufDamageTest {
  private static final int DAMAGED_FILES = 2000;
  private static final long MAX_ALLOCATED = 16L << 20;

  /** A few weights, among them a reordered matrix and vector. */
  private static final List<String> READ =
      List.of(
          "model.embed_tokens.weight",
          "model.layers.0.self_attn.q_proj.bias",
          "model.layers.0.self_attn.k_proj.weight",
          "model.layers.0.mlp.down_proj.weight");

  @TempDir Path directory;

  private byte[] whole;
  private int headerBytes;

  @BeforeEach
  void writeSmallModel() {
    GgufWriter writer = GgufModelWriter.of(new RandomCheckpoint(TinyModel.smallest(1), 5), 3);
    whole = writer.alignment(8).put("general.alignment", Kind.UINT32, 8).toBytes();
    headerBytes = writer.headerBytes();
  }

  /** Opens a file and reads all of it; false where it is refused with its name. */
  private boolean reads(Path path) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    try (Checkpoint opened = Checkpoints.open(path)) {
      for (String name : READ) {
        opened.weight(name).ifPresent(weight -> opened.rows(weight, 0, weight.rows()));
      }
      opened.specialTokens();
      opened.chatTemplate();
      return true;
    } catch (ModelException e) {
      assertThat(e).hasMessageContaining(path.toString());
      return false;
    } finally {
      long after = threads.getThreadAllocatedBytes(Thread.currentThread().getId());
      assertThat(after - before).isLessThan(MAX_ALLOCATED);
    }
  }

  @Test
  void aFileCutShortAnywhereIsRefused() throws IOException {
    Path path = directory.resolve("short.gguf");
    for (int length = 0; length < whole.length; length++) {
      Files.write(path, Arrays.copyOf(whole, length));
      assertThat(reads(path)).as("%d of %d bytes", length, whole.length).isFalse();
    }
    assertThat(reads(Files.write(path, whole))).isTrue();
  }

  @Test
  void changedBytesAreRefusedOrRead() throws IOException {
    Random random = new Random(12);
    int refused = 0;
    for (int i = 0; i < DAMAGED_FILES; i++) {
      byte[] damaged = whole.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        damaged[random.nextInt(headerBytes)] = damage(random);
      }
      Path path = Files.write(directory.resolve("damaged.gguf"), damaged);
      try {
        refused += reads(path) ? 0 : 1;
      } catch (RuntimeException | Error e) {
        throw new AssertionError("damaged file " + i, e);
      }
    }
    assertThat(refused).isBetween(DAMAGED_FILES / 4, DAMAGED_FILES);
  }

  /** Any byte, or one of those that make the largest, smallest and most negative numbers. */
  private static byte damage(Random random) {
    byte[] extreme = {0, 1, -1, 127, -128};
    return random.nextBoolean()
        ? extreme[random.nextInt(extreme.length)]
        : (byte) random.nextInt(256);
  }
}
