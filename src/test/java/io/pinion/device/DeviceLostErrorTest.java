package io.pinion.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.apache.spark.util.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceLostErrorTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA error: device-side assert triggered\nCUDA kernel errors might be reported later",
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: unspecified launch failure",
        "CUDA error: uncorrectable ECC error encountered"
      })
  void anErrorThatStaysEndsTheExecutor(String message) {
    Throwable fault = new IllegalStateException("a step failed", new RuntimeException(message));
    Throwable thrown = catchThrowable(() -> DeviceLostError.throwIfLost(fault));
    assertThat(thrown)
        .isInstanceOf(DeviceLostError.class)
        .hasMessage(
            "this process has lost its GPU and ends, so that Spark starts another executor: "
                + message.lines().findFirst().get())
        .hasCause(fault);
    assertThat(Utils.isFatalError(thrown)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CUDA out of memory. Tried to allocate 2.00 GiB",
        "CUDA error: out of memory",
        "index 2048 is out of bounds"
      })
  void anotherErrorDoesNot(String message) {
    assertThatCode(() -> DeviceLostError.throwIfLost(new RuntimeException(message)))
        .doesNotThrowAnyException();
  }

  @Test
  void anErrorWithoutAMessageIsAnother() {
    assertThatCode(() -> DeviceLostError.throwIfLost(new NullPointerException()))
        .doesNotThrowAnyException();
  }
}
