package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.jna.Function;
import org.junit.jupiter.api.Test;

class LibtorchBuildTest {
  private static final String OF_PIP =
      "PyTorch built with:\n  - GCC 13.3\n  - Build settings: BLAS_INFO=mkl, BUILD_TYPE=Release,"
          + " CUDA_VERSION=12.8, CUDNN_VERSION=9.10.2, TORCH_VERSION=2.8.0, USE_CUDA=ON,"
          + " USE_ROCM=OFF, \n";

  @Test
  void theLoadedLibraryTellsItsVersion() {
    assertThat(Libtorch.build()).isEqualTo(new LibtorchBuild("2.7.1", "none"));
    assertThat(Libtorch.gpuCount()).isZero();
  }

  @Test
  void cudaWouldCountGpusAsTheDiscoveryScriptDoes() {
    Libtorch.engine();
    // Of the process, which Java's copy of the environment does not show.
    Function getenv = Function.getFunction("c", "getenv");
    assertThat(getenv.invokeString(new Object[] {"CUDA_DEVICE_ORDER"}, false))
        .isEqualTo(System.getenv().getOrDefault("CUDA_DEVICE_ORDER", "PCI_BUS_ID"));
  }

  @Test
  void versionsAreReadFromTheBuildSettings() {
    assertThat(LibtorchBuild.parse(OF_PIP)).isEqualTo(new LibtorchBuild("2.8.0", "12.8"));
    assertThat(LibtorchBuild.parse(OF_PIP.replace("USE_CUDA=ON", "USE_CUDA=OFF")).cuda())
        .isEqualTo("none");
    assertThat(LibtorchBuild.parse("").version()).isEqualTo("unknown");
  }

  @Test
  void onlyVersionsThatTheJniLibraryFitsAreSupported() {
    for (String version : new String[] {"2.7.0", "2.7.1", "2.8.0", "2.8"}) {
      assertThat(new LibtorchBuild(version, "none").supported()).as(version).isTrue();
    }
    for (String version : new String[] {"2.6.0", "2.9.1", "2.11.0", "2.70.0", "3.7.0", "unknown"}) {
      assertThat(new LibtorchBuild(version, "none").supported()).as(version).isFalse();
    }
  }
}
