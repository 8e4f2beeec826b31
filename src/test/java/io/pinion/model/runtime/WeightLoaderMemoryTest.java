package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.pinion.model.TensorType;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class WeightLoaderMemoryTest {
  private static final int VOCABULARY = 1 << 20;
  private static final int HIDDEN = 32;
  private static final long LARGEST_SLICE = 4L * (8 << 20);

  @ParameterizedTest
  @EnumSource(
      value = TensorType.class,
      names = {"F32", "Q8_0"})
  void aLoadLeavesBuffersForOneSliceNotForAll(TensorType stored) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(TinyModel.wide(VOCABULARY, HIDDEN), 1, stored);
    BufferPoolMXBean buffers =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .findFirst()
            .orElseThrow();
    long before = buffers.getMemoryUsed();
    TestModels.load(checkpoint, List.of(Device.cpu()), TensorType.F32, 1, 32).close();
    // The embedding alone has four slices.
    assertThat(buffers.getMemoryUsed() - before).isLessThan(LARGEST_SLICE * 3 / 2);
  }
}
