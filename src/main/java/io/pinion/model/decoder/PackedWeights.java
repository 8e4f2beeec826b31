package io.pinion.model.decoder;

import ai.djl.Device;
import io.pinion.model.TensorType;
import io.pinion.torch.TorchScriptModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matrices reordered into oneDNN's layout once, when a model is loaded.
 *
 * <p>{@code torch.linear} reorders a matrix in every call, which costs as much as the gemm itself
 * for a batch of few rows. The operators are those that torch.compile generates for CPUs; without
 * them in a build of libtorch, matrices are not packed.
 */
final class PackedWeights {
  /** Number of input rows that the layout is chosen for; it works with any number. */
  static final int ROWS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(PackedWeights.class);

  /** Reorders a matrix. */
  static final String PACK = "ops.mkldnn._reorder_linear_weight";

  /** Multiplies by a reordered matrix, then adds a bias or a sum or applies a function. */
  static final String LINEAR = "ops.mkldnn._linear_pointwise";

  private static final String PROBE =
      """
      class Probe(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
        def linear(self: __torch__.Probe, x: Tensor, type: int) -> Tensor:
          narrow = torch.to(x, type)
          packed = %s(narrow, %d)
          return torch.to(%s(narrow, narrow, packed, None, "add"), 6)
      """
          .formatted(PACK, ROWS, LINEAR);

  private PackedWeights() {}

  /** Whether matrices of a type can be packed on a device. */
  static boolean available(Device device, TensorType type) {
    if (device.isGpu() || type == TensorType.F16) {
      return false;
    }
    try (TorchScriptModule probe = TorchScriptModule.compile("Probe", PROBE, device);
        var scope = probe.manager().newSubManager(device);
        var ones =
            scope.ones(
                new ai.djl.ndarray.types.Shape(16, 16),
                ai.djl.ndarray.types.DataType.FLOAT32,
                device);
        var sum =
            probe.call(
                scope,
                "linear",
                TorchScriptModule.tensor(ones),
                ai.djl.pytorch.jni.IValue.from(type.torchType()))) {
      return sum.getFloat(0, 0) == 17;
    } catch (RuntimeException e) {
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
      LOG.info("libtorch cannot pack {} matrices here, they stay unpacked: {}", type, reason);
      return false;
    }
  }
}
