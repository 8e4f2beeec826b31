package io.pinion.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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
  void aDriverWithoutCudaIsNamed() {
    assertThat(warnings("2.7.1", "none", "570.124.06"))
        .singleElement()
        .asString()
        .contains("PyTorch is built for CPUs");
  }

  @Test
  void theDriversVersionIsReadFromBothOfItsKernelModules() {
    assertThat(
            driver(
                "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.124.06  Wed Feb 26 01:38:39 UTC"
                    + " 2025\nGCC version:  gcc version 12.2.0 (Debian 12.2.0-14)\n"))
        .isEqualTo("570.124.06");
    assertThat(
            driver(
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build"
                    + "  (root@builder)\nGCC version:  gcc version 13.3.0\n"))
        .isEqualTo("580.159.04");
    assertThat(driver("NVRM version: NVIDIA UNIX x86_64 Kernel Module  525.60.13  Wed\n"))
        .isEqualTo("525.60.13");
  }

  private static String driver(String text) {
    Matcher matcher = Pattern.compile(RuntimeVersions.DRIVER_VERSION).matcher(text);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }
}
