package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Rotary;
import io.pinion.model.cache.KvCache;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.RotaryTable;
import io.pinion.model.decoder.Stage;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One stage's weights and rotary tables on its device, in a module that runs no forward pass
 * itself. Decoders that use them are separate modules, compiled from the same source, that share
 * these tensors but have their own caches: TorchScript modules are not thread-safe, tensors that
 * are only read are. Thread-safe; its owner closes it, and decoders stay usable afterwards.
 */
final class StageWeights implements AutoCloseable {
  private final ModelConfig config;
  private final Attention attention;
  private final ModelLayout layout;
  private final Stage stage;
  private final Device device;
  private final String source;
  private final TorchScriptModule module;

  /** For {@link #tableLength}, on which the frequencies of some rotary embeddings depend. */
  private NDArray[] tables = {};

  private int tableLength;

  /**
   * @param source from which {@code module} was compiled
   * @param module holds the weights; closed with this
   */
  StageWeights(
      ModelConfig config,
      Attention attention,
      ModelLayout layout,
      Stage stage,
      Device device,
      String source,
      TorchScriptModule module) {
    this.config = config;
    this.attention = attention;
    this.layout = layout;
    this.stage = stage;
    this.device = device;
    this.source = source;
    this.module = module;
  }

  static TorchScriptModule compile(String source, Device device) {
    return TorchScriptModule.compile(DecoderSource.CLASS, source, device, DecoderSource.LISTS);
  }

  /** A decoder that uses the weights, with an empty cache, for sequences up to a length. */
  synchronized TorchScriptModule decoder(int maxLength) {
    if (maxLength != tableLength) {
      NDArray[] others = tables;
      tables = tables(maxLength);
      tableLength = maxLength;
      new NDList(others).close();
    }
    TorchScriptModule decoder = compile(source, device);
    try {
      decoder.run("take_weights", module.value("share_weights"));
      TensorAllocator allocator = new TensorAllocator(decoder, device, layout.type());
      NDArray[] keys = emptyCache(allocator);
      NDArray[] values = emptyCache(allocator);
      decoder.run("load", tensors(keys), tensors(values), tensors(tables));
      // The decoder holds the tensors now; this closes only a second reference.
      for (NDArray[] handed : List.of(keys, values)) {
        new NDList(handed).close();
      }
      return decoder;
    } catch (RuntimeException | Error e) {
      decoder.close();
      throw e;
    }
  }

  /** By layer, zeros of shape {@code [rows, key/value heads, length / block, block × dim]}. */
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

  /** Cosines and sines of each rotary embedding, and the integers from 0 on. */
  private NDArray[] tables(int maxLength) {
    Shape shape = new Shape(maxLength, attention.headDim());
    long[] steps = new long[maxLength + Math.max(KvCache.STEP, maxLength / 8)];
    Arrays.setAll(steps, i -> i);
    List<NDArray> tables = new ArrayList<>();
    // A tensor created from a Java buffer does not own its memory, and toDevice does not copy on
    // the same device even when asked to, so each is duplicated.
    try (NDManager scope = module.manager().newSubManager()) {
      for (Rotary rotary : attention.rotaries()) {
        RotaryTable table = RotaryTable.compute(rotary, maxLength);
        tables.add(owned(scope.create(table.cosines(), shape)));
        tables.add(owned(scope.create(table.sines(), shape)));
      }
      tables.add(owned(scope.create(steps)));
    }
    return tables.toArray(NDArray[]::new);
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
