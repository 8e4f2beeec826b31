package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import io.pinion.model.checkpoint.Dequantizer;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.torch.TorchScriptModule;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * Copies weights from a checkpoint to a device, a few rows at a time, so that host memory holds at
 * most one chunk of one tensor besides the device's copy. All chunks use the same direct buffer: a
 * buffer for each would stay allocated until a garbage collection, which loading does not trigger.
 */
public final class WeightLoader {
  private static final long SLICE_ELEMENTS = 8L << 20;

  private final Checkpoint checkpoint;
  private final TorchScriptModule module;
  private final Device device;
  private final TensorType type;
  private final TensorAllocator allocator;
  private ByteBuffer staging = ByteBuffer.allocateDirect(0);
  private float[] numbers = {};

  /**
   * @param module a compiled {@link DecoderSource}, whose methods convert and copy
   * @param type of the weights on the device: F32, F16 or BF16
   */
  WeightLoader(Checkpoint checkpoint, TorchScriptModule module, Device device, TensorType type) {
    this.checkpoint = checkpoint;
    this.module = module;
    this.device = device;
    this.type = type;
    this.allocator = new TensorAllocator(module, device, type);
  }

  /** A loader for the same checkpoint and module with another type. */
  WeightLoader of(TensorType other) {
    return new WeightLoader(checkpoint, module, device, other);
  }

  /**
   * Loads a tensor onto the device, concatenating the rows of its stored parts.
   *
   * @throws ModelException if a weight is missing or has the wrong shape
   */
  NDArray load(WeightSpec spec) {
    List<Weight> weights =
        spec.parts().stream()
            .map(part -> WeightCheck.found(checkpoint, part, spec.columns()))
            .toList();
    long total = spec.parts().stream().mapToLong(WeightSpec.Part::rows).sum();
    NDArray target =
        spec.columns() == 0 ? allocator.zeros(total) : allocator.zeros(total, spec.columns());
    long row = 0;
    for (Weight weight : weights) {
      copy(weight, target, row);
      row += weight.vector() ? weight.columns() : weight.rows();
    }
    return target;
  }

  private void copy(Weight weight, NDArray target, long row) {
    long step = Math.max(1, SLICE_ELEMENTS / weight.columns());
    for (long from = 0; from < weight.rows(); from += step) {
      long to = Math.min(weight.rows(), from + step);
      ByteBuffer bytes = checkpoint.rows(weight, from, to);
      long elements = (to - from) * weight.columns();
      long at = weight.vector() ? row : row + from;
      long count = weight.vector() ? weight.columns() : to - from;
      try (NDManager scope = module.manager().newSubManager(device);
          NDArray source = numbers(scope, weight.type(), bytes, Math.toIntExact(elements))) {
        module.run("fill", tensor(target), IValue.from(at), IValue.from(count), tensor(source));
      }
    }
  }

  private NDArray numbers(NDManager scope, TensorType stored, ByteBuffer bytes, int elements) {
    if (stored.plain()) {
      ByteBuffer slice = staging(bytes.remaining()).put(bytes.duplicate()).flip();
      try (NDArray raw = scope.create(slice, new Shape(slice.remaining()), DataType.UINT8)) {
        return module.call(scope, "reinterpret", tensor(raw), IValue.from(stored.torchType()));
      }
    }
    numbers = numbers.length < elements ? new float[elements] : numbers;
    Dequantizer.dequantize(stored, bytes, numbers, elements);
    ByteBuffer slice = staging(Float.BYTES * elements);
    slice.asFloatBuffer().put(numbers, 0, elements);
    return scope.create(slice, new Shape(elements), DataType.FLOAT32);
  }

  /** A buffer for one chunk that libtorch can read: direct and writable, as DJL requires. */
  private ByteBuffer staging(int bytes) {
    if (staging.capacity() < bytes) {
      staging = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
    return staging.clear().limit(bytes);
  }
}
