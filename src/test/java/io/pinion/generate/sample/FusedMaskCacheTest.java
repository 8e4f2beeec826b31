package io.pinion.generate.sample;

import ai.djl.Device;
import io.pinion.torch.CpuKernels;
import org.junit.jupiter.api.Assumptions;

class FusedMaskCacheTest extends MaskCacheTest {
  @Override
  boolean kernels() {
    Assumptions.assumeTrue(
        CpuKernels.available(Device.cpu()), "this build or processor has no kernels");
    return true;
  }
}
