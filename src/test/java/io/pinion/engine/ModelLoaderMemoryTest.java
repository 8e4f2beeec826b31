package io.pinion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.Device;
import io.pinion.device.DeviceAssignment;
import io.pinion.model.runtime.TinyModelDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights leave memory with their model, also one that could not be loaded to the end. */
class ModelLoaderMemoryTest {
  private static final int INTERMEDIATE = 100_000;
  private static final long WEIGHTS_KILOBYTES = INTERMEDIATE * 1152L >> 10;

  @TempDir Path folder;

  @Test
  void loadsThatFailAtTheEndLeaveNoWeightsInMemory() throws Exception {
    String model = TinyModelDirectory.write(folder.resolve("model"), 6, INTERMEDIATE).toString();
    // No array can be this long; the KV cache fails on it after the weights are loaded.
    ModelOptions options = new ModelOptions(model, "", "f32", 0, Integer.MAX_VALUE, false, true, 1);
    fail(options);
    long before = allocatedKilobytes();
    for (int i = 0; i < 4; i++) {
      fail(options);
    }
    assertThat(allocatedKilobytes() - before).isLessThan(2 * WEIGHTS_KILOBYTES);
  }

  @Test
  void weightsThatAreLetGoAreGivenBackToTheSystem() throws Exception {
    String model = TinyModelDirectory.write(folder.resolve("model"), 6, INTERMEDIATE).toString();
    ModelOptions options = new ModelOptions(model, "", "f32", 0, 4, false, true, 1);
    DeviceAssignment cpu = DeviceAssignment.of(Device.cpu());
    ModelLoader.load(options, cpu).close();
    long before;
    try (LoadedModel loaded = ModelLoader.load(options, cpu)) {
      assertThat(loaded.dtype()).isEqualTo("f32");
      before = allocatedKilobytes();
    }
    assertThat(before - allocatedKilobytes()).isGreaterThan(WEIGHTS_KILOBYTES * 3 / 4);
  }

  private static void fail(ModelOptions options) {
    Throwable failure =
        catchThrowable(() -> ModelLoader.load(options, DeviceAssignment.of(Device.cpu())));
    assertThat(failure).isInstanceOf(OutOfMemoryError.class);
  }

  /** Memory in use without mapped files, which the garbage collector unmaps at its own pace. */
  private static long allocatedKilobytes() throws Exception {
    return Files.readAllLines(Path.of("/proc/self/status")).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow();
  }
}
