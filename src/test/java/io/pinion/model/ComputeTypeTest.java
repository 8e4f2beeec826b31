package io.pinion.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComputeTypeTest {
  @Test
  void namedTypesAreTakenAsTheyAre() {
    assertThat(ComputeType.of("f32", Device.gpu(0))).isEqualTo(WeightType.F32);
    assertThat(ComputeType.of("BF16", Device.cpu())).isEqualTo(WeightType.BF16);
    assertThat(ComputeType.of("f16", Device.gpu(1))).isEqualTo(WeightType.F16);
  }

  @Test
  void autoIsBf16OnAGpu() {
    assertThat(ComputeType.of("auto", Device.gpu(0))).isEqualTo(WeightType.BF16);
  }

  @Test
  void onlyProcessorsWithBf16InstructionsAreGivenBf16() {
    assertThat(ComputeType.multipliesBf16(List.of("avx2", "avx512_bf16"))).isTrue();
    assertThat(ComputeType.multipliesBf16(List.of("amx_bf16", "amx_tile"))).isTrue();
    assertThat(ComputeType.multipliesBf16(List.of("avx512f", "avx512_vnni"))).isFalse();
  }

  @Test
  void anUnknownTypeIsRefusedWithTheListOfThoseKnown() {
    assertThatThrownBy(() -> ComputeType.of("int4", Device.cpu()))
        .isInstanceOf(ModelException.class)
        .hasMessage("dtype 'int4' is unknown: it is one of auto, f32, bf16, f16, int8");
  }

  @Test
  void int8IsRefusedWhereItsSumsWouldOverflow() {
    assertThatThrownBy(() -> ComputeType.requireInt8(Device.cpu(), List.of("avx2", "avx512f")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("avx512_vnni")
        .hasMessageContaining("use auto");
    assertThatThrownBy(() -> ComputeType.requireInt8(Device.gpu(2), List.of("avx512_vnni")))
        .hasMessageContaining("gpu(2)");
    ComputeType.requireInt8(Device.cpu(), List.of("avx_vnni"));
  }
}
