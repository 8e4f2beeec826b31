package io.pinion.model.decoder;

import ai.djl.Device;
import io.pinion.model.TensorType;
import io.pinion.torch.TorchScriptModule;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Matrices in the layout that oneDNN multiplies in, made once when a model is loaded.
 *
 * <p>{@code torch.linear} lays a matrix out anew in every call, which costs as much as the product
 * itself where the batch has few rows. The operators are those that torch.compile puts into
 * programs for CPUs; a build of libtorch without them goes without.
 */
final class PackedWeights {
  /** How many rows of input the layout is chosen for; it serves any number. */
  static final int ROWS = 64;

  private static final Logger LOG = LoggerFactory.getLogger(PackedWeights.class);

  /** Lays a matrix out. */
  static final String PACK = "ops.mkldnn._reorder_linear_weight";

  /** Multiplies by one, with a bias, a sum or a function behind it. */
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
        var product =
            probe.call(
                scope,
                "linear",
                TorchScriptModule.tensor(ones),
                ai.djl.pytorch.jni.IValue.from(type.torchType()))) {
      return product.getFloat(0, 0) == 17;
    } catch (RuntimeException e) {
      LOG.info("libtorch packs no {} matrices here, it multiplies them as they are: {}", type, e);
      return false;
    }
  }
}
