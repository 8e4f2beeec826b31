package io.pinion.generate;

import ai.djl.Device;
import io.pinion.device.CpuKernels;
import org.junit.jupiter.api.Assumptions;

class KernelMaskTableTest extends MaskTableTest {
  @Override
  boolean kernels() {
    Assumptions.assumeTrue(
        CpuKernels.available(Device.cpu()), "this build or processor has no kernels");
    return true;
  }
}
