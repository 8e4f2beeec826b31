package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import java.util.List;
import org.junit.jupiter.api.Test;

class DtypeChoiceTest {
  @Test
  void namedTypesAreTakenAsTheyAre() {
    assertThat(DtypeChoice.of("f32", Device.gpu(0), 90).type()).isEqualTo(TensorType.F32);
    assertThat(DtypeChoice.of("BF16", Device.cpu(), 0).type()).isEqualTo(TensorType.BF16);
    assertThat(DtypeChoice.of("f16", Device.gpu(1), 90).type()).isEqualTo(TensorType.F16);
  }

  @Test
  void autoIsBf16OnAGpuThatMultipliesIt() {
    assertThat(DtypeChoice.of("auto", Device.gpu(0), 90).type()).isEqualTo(TensorType.BF16);
    assertThat(DtypeChoice.of("auto", Device.gpu(0), 80).type()).isEqualTo(TensorType.BF16);
    assertThat(DtypeChoice.of("auto", Device.gpu(0), 75).type()).isEqualTo(TensorType.F16);
  }

  @Test
  void onlyProcessorsWithBf16InstructionsAreGivenBf16() {
    assertThat(DtypeChoice.multipliesBf16(List.of("avx2", "avx512_bf16"))).isTrue();
    assertThat(DtypeChoice.multipliesBf16(List.of("amx_bf16", "amx_tile"))).isTrue();
    assertThat(DtypeChoice.multipliesBf16(List.of("avx512f", "avx512_vnni"))).isFalse();
  }

  @Test
  void anUnknownTypeIsRefusedWithTheListOfThoseKnown() {
    assertThatThrownBy(() -> DtypeChoice.of("int4", Device.cpu(), 0))
        .isInstanceOf(ModelException.class)
        .hasMessage("dtype 'int4' is unknown: it is one of auto, f32, bf16, f16, int8");
  }

  @Test
  void int8IsRefusedWhereItsSumsWouldOverflow() {
    assertThatThrownBy(() -> DtypeChoice.requireInt8(Device.cpu(), List.of("avx2", "avx512f")))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("avx512_vnni")
        .hasMessageContaining("use auto");
    assertThatThrownBy(() -> DtypeChoice.requireInt8(Device.gpu(2), List.of("avx512_vnni")))
        .hasMessageContaining("gpu(2)");
    DtypeChoice.requireInt8(Device.cpu(), List.of("avx_vnni"));
  }
}
