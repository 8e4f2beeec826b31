package io.pinion.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ai.djl.Device;
import io.pinion.ProcessStatus;
import io.pinion.device.DeviceAssignment;
import io.pinion.device.DeviceException;
import io.pinion.model.runtime.TinyModelDirectory;
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
    ModelOptions options = new ModelOptions(model, "", "f32", 0, 4, false, true, 1);
    fail(options);
    long before = ProcessStatus.allocatedKilobytes();
    for (int i = 0; i < 4; i++) {
      fail(options);
    }
    assertThat(ProcessStatus.allocatedKilobytes() - before).isLessThan(2 * WEIGHTS_KILOBYTES);
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
      before = ProcessStatus.allocatedKilobytes();
    }
    assertThat(before - ProcessStatus.allocatedKilobytes())
        .isGreaterThan(WEIGHTS_KILOBYTES * 3 / 4);
  }

  /** No machine has memory for the slots asked for. */
  private static void fail(ModelOptions options) {
    ModelOptions endless =
        new ModelOptions(options.uri(), "", "f32", 0, Integer.MAX_VALUE, false, true, 1);
    try (SharedModel shared =
        ModelLoader.share(options, DeviceAssignment.of(Device.cpu()), MemoryRoom.NONE)) {
      GeneratorSettings settings = shared.settings(endless);
      assertThat(catchThrowable(() -> shared.open(settings, MemoryRoom.NONE)))
          .isInstanceOf(DeviceException.class)
          .hasMessageContaining("for the KV cache of a full batch")
          .hasMessageContaining("0 MiB for weights")
          .hasMessageContaining("batch.slots");
    }
  }

  @Test
  void aBatchThatNoMachineHoldsIsRefusedBeforeTheWeightsAreLoaded() throws Exception {
    String model = TinyModelDirectory.write(folder.resolve("model"), 6).toString();
    ModelOptions endless = new ModelOptions(model, "", "f32", 0, 1 << 30, false, true, 1);
    assertThat(catchThrowable(() -> ModelLoader.load(endless, DeviceAssignment.of(Device.cpu()))))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("for the KV cache of a full batch")
        .hasMessageContaining("batch.slots");
  }
}
