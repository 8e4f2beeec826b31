package io.pinion.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CpuKernelsTest {
  private static final String SOURCE =
      """
      class Kernels(Module):
        __parameters__ = []
        __buffers__ = []
        def rms_norm(self: __torch__.Kernels, x: Tensor, weight: Tensor) -> Tensor:
          return ops.pinion.rms_norm(x, weight, 1.0e-5)
        def silu_and_mul(self: __torch__.Kernels, gate_up: Tensor) -> Tensor:
          return ops.pinion.silu_and_mul(gate_up)
      """;

  private TorchScriptModule module;
  private NDManager manager;

  @BeforeEach
  void compile() {
    assumeTrue(CpuKernels.available(Device.cpu()), "this build or processor has no kernels");
    module = TorchScriptModule.compile("Kernels", SOURCE, Device.cpu());
    manager = module.manager();
  }

  @AfterEach
  void close() {
    if (module != null) {
      module.close();
    }
  }

  /** The JVM gives a thread 1 MB; a row of this width in FLOAT32 takes 8. */
  @Test
  void aRowMayBeWiderThanTheStackOfAThread() throws Exception {
    long columns = 1 << 20;
    NDArray x = manager.ones(new Shape(1, 2 * columns));
    NDArray weight = manager.ones(new Shape(2 * columns));
    float[] gated =
        onNewThread(
            () -> module.call(manager, "silu_and_mul", TorchScriptModule.tensor(x)).toFloatArray());
    float[] normed =
        onNewThread(
            () ->
                module
                    .call(
                        manager,
                        "rms_norm",
                        TorchScriptModule.tensor(x),
                        TorchScriptModule.tensor(weight))
                    .toFloatArray());
    assertThat(gated).hasSize((int) columns).containsOnly(gated[0]);
    assertThat(gated[0]).isCloseTo(0.731059f, within(1e-6f));
    assertThat(normed).hasSize((int) (2 * columns)).containsOnly(normed[0]);
  }

  @Test
  void whatLibtorchRefusesIsAnExceptionAndTheNextCallWorks() {
    NDArray vector = manager.ones(new Shape(64));
    assertThatThrownBy(
            () ->
                module.call(
                    manager,
                    "rms_norm",
                    TorchScriptModule.tensor(vector),
                    TorchScriptModule.tensor(vector)))
        .hasMessageContaining("an operator of pinion failed: get_size");
    NDArray normed =
        module.call(
            manager,
            "rms_norm",
            TorchScriptModule.tensor(vector.reshape(1, 64)),
            TorchScriptModule.tensor(vector));
    assertThat(normed.getShape()).isEqualTo(new Shape(1, 64));
  }

  /** A second class loader in the same JVM loads its own copy of the library. */
  @Test
  void registeringTheOperatorsTwiceIsRefused(@TempDir Path folder) throws IOException {
    Path copy = folder.resolve("second.so");
    try (InputStream library =
        CpuKernels.class.getResourceAsStream("/native/linux-x86_64/libpinion.so")) {
      Files.copy(library, copy, StandardCopyOption.REPLACE_EXISTING);
    }
    byte[] text = new byte[200];
    int code =
        NativeLibrary.getInstance(copy.toString())
            .getFunction("pinion_register")
            .invokeInt(new Object[] {"", text, text.length});
    assertThat(code).isEqualTo(-1);
    assertThat(new String(text, StandardCharsets.UTF_8))
        .startsWith("libtorch's library_init_def failed");
  }

  private static float[] onNewThread(Supplier<float[]> work) throws Exception {
    CompletableFuture<float[]> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null,
            () -> {
              try {
                result.complete(work.get());
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            },
            "kernels",
            1 << 20);
    thread.start();
    return result.get();
  }
}
