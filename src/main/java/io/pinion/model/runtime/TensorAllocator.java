package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.TensorType;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.torch.TorchScriptModule;

/**
 * Creates tensors of one type on a module's device. It calls TorchScript, with another tensor on
 * that device as the model, because creating BFLOAT16 tensors with DJL aborts the JVM. The module
 * owns them. Not thread-safe.
 */
final class TensorAllocator {
  private final TorchScriptModule module;
  private final TensorType type;
  private final NDArray anchor;

  /**
   * @param module a compiled {@link DecoderSource}
   */
  TensorAllocator(TorchScriptModule module, Device device, TensorType type) {
    this.module = module;
    this.type = type;
    this.anchor = module.manager().zeros(new Shape(1), DataType.FLOAT32, device);
  }

  /** Zeros of a shape. */
  NDArray zeros(long... shape) {
    return module.call(
        module.manager(),
        "allocate",
        tensor(anchor),
        IValue.listFrom(shape),
        IValue.from(type.torchType()));
  }
}
