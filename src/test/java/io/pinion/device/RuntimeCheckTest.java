package io.pinion.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RuntimeCheckTest {
  private static List<String> warnings(String pytorch, String cuda, String driver) {
    return RuntimeCheck.warnings(Map.of("pytorch", pytorch, "cuda", cuda, "driver", driver));
  }

  @Test
  void whatFitsIsNotWarnedOf() {
    assertThat(warnings("2.7.1", "none", "none")).isEmpty();
    assertThat(warnings("2.7.1", "12.8", "525.60.13")).isEmpty();
    assertThat(warnings("2.7.1", "12.8", "570.124.06")).isEmpty();
    assertThat(RuntimeCheck.warnings(RuntimeVersions.read())).isEmpty();
  }

  @Test
  void anOldDriverIsNamedWithTheOldestThatServes() {
    assertThat(warnings("2.7.1", "12.8", "470.57.02"))
        .singleElement()
        .asString()
        .contains("driver is 470.57.02, and CUDA 12.8 needs 525.60.13 or newer");
  }

  @Test
  void anotherPyTorchIsNamed() {
    assertThat(warnings("2.5.1", "none", "none"))
        .singleElement()
        .asString()
        .contains("PyTorch is 2.5.1, and Pinion's native code was built for 2.7.1");
  }

  @Test
  void aDriverWithoutCudaIsNamed() {
    assertThat(warnings("2.7.1", "none", "570.124.06"))
        .singleElement()
        .asString()
        .contains("no CUDA runtime library");
  }
}
