package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.ModelConfig;
import io.pinion.model.cache.KvCache;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.DecoderSource.Stage;
import io.pinion.model.decoder.RotaryTable;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.util.Arrays;
import java.util.List;

/**
 * One stage's weights and rotary tables on its device, in a module that runs no pass itself.
 * Decoders over them are modules of their own, compiled from the same text, that hold the same
 * tensors and an own cache; TorchScript modules are not thread-safe, tensors that are only read
 * are. Thread-safe; its owner closes it, and decoders may live on.
 */
final class StageWeights implements AutoCloseable {
  private final ModelConfig config;
  private final ModelLayout layout;
  private final Stage stage;
  private final Device device;
  private final String source;
  private final TorchScriptModule module;

  /** Of positions up to {@link #tableLength}; decoders of any shorter length share them. */
  private NDArray[] tables = {};

  private int tableLength;

  /**
   * @param source what {@code module} was compiled from
   * @param module holds the weights; closed with this
   */
  StageWeights(
      ModelConfig config,
      ModelLayout layout,
      Stage stage,
      Device device,
      String source,
      TorchScriptModule module) {
    this.config = config;
    this.layout = layout;
    this.stage = stage;
    this.device = device;
    this.source = source;
    this.module = module;
  }

  static TorchScriptModule compile(String source, Device device) {
    return TorchScriptModule.compile(DecoderSource.CLASS, source, device, DecoderSource.LISTS);
  }

  /** A decoder over the weights with an empty cache, for positions up to a length. */
  synchronized TorchScriptModule decoder(int maxLength) {
    if (maxLength > tableLength) {
      NDArray[] shorter = tables;
      tables = tables(maxLength);
      tableLength = maxLength;
      new NDList(shorter).close();
    }
    TorchScriptModule decoder = compile(source, device);
    try {
      decoder.run("take_weights", module.value("share_weights"));
      TensorAllocator allocator = new TensorAllocator(decoder, device, layout.type());
      NDArray[] keys = emptyCache(allocator);
      NDArray[] values = emptyCache(allocator);
      decoder.run("load", tensors(keys), tensors(values), tensors(tables));
      // The decoder holds the tensors now; what is closed here is a second reference.
      for (NDArray[] handed : List.of(keys, values)) {
        new NDList(handed).close();
      }
      return decoder;
    } catch (RuntimeException | Error e) {
      decoder.close();
      throw e;
    }
  }

  /** {@code [slots, key/value heads, length / block, block × dim]}, by layer. */
  private NDArray[] emptyCache(TensorAllocator allocator) {
    int block = layout.kernels() ? CpuKernels.BLOCK : 1;
    NDArray[] cache = new NDArray[stage.layers()];
    for (int i = 0; i < cache.length; i++) {
      cache[i] =
          allocator.zeros(
              1, config.keyValueHeads(), KvCache.STEP / block, (long) block * config.headDim());
    }
    return cache;
  }

  private NDArray[] tables(int maxLength) {
    NDManager owner = module.manager();
    RotaryTable.Table rotary = RotaryTable.compute(config, maxLength);
    Shape shape = new Shape(maxLength, config.headDim());
    long[] steps = new long[maxLength + Math.max(KvCache.STEP, maxLength / 8)];
    Arrays.setAll(steps, i -> i);
    // A tensor made from a Java buffer does not own its memory, and toDevice with copy
    // asked for does not copy on the same device, so each is duplicated.
    try (NDManager scope = owner.newSubManager()) {
      return new NDArray[] {
        owned(scope.create(rotary.cosines(), shape)),
        owned(scope.create(signed(rotary.sines(), config.headDim()), shape)),
        owned(scope.create(steps))
      };
    }
  }

  /** Negative in the first half of each row: what turns with the second half's elements. */
  private static float[] signed(float[] sines, int dim) {
    float[] signed = sines.clone();
    for (int i = 0; i < signed.length; i++) {
      signed[i] = i % dim < dim / 2 ? -signed[i] : signed[i];
    }
    return signed;
  }

  private NDArray owned(NDArray borrowed) {
    try (NDArray moved = borrowed.toDevice(device, false)) {
      NDArray copy = moved.duplicate();
      copy.attach(module.manager());
      return copy;
    }
  }

  @Override
  public void close() {
    module.close();
  }
}
