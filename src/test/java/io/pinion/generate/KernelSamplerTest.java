package io.pinion.generate;

import ai.djl.Device;
import io.pinion.device.CpuKernels;
import org.junit.jupiter.api.Assumptions;

class KernelSamplerTest extends SamplerTest {
  @Override
  boolean kernels() {
    Assumptions.assumeTrue(
        CpuKernels.available(Device.cpu()), "this build or processor has no kernels");
    return true;
  }
}
