package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.cache.KvCache;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.Stage;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.util.List;

/**
 * One stage's weights on its device, in a module that runs no forward pass itself. Decoders that
 * use them are separate modules, compiled from the same source, that share these tensors but have
 * their own caches: TorchScript modules are not thread-safe, tensors that are only read are.
 * Thread-safe; its owner closes it, and decoders stay usable afterwards.
 */
final class StageWeights implements AutoCloseable {
  private final ModelConfig config;
  private final Attention attention;
  private final ModelLayout layout;
  private final Stage stage;
  private final Device device;
  private final String source;
  private final TorchScriptModule module;

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

  /** A decoder that uses the weights, with an empty cache and no rotary tables. */
  TorchScriptModule decoder() {
    TorchScriptModule decoder = compile(source, device);
    try {
      decoder.run("take_weights", module.value("share_weights"));
      TensorAllocator allocator = new TensorAllocator(decoder, device, layout.type());
      NDArray[] keys = emptyCache(allocator);
      NDArray[] values = emptyCache(allocator);
      decoder.run("load", tensors(keys), tensors(values));
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

  /** The first rotary tables of a decoder; see {@link RotaryTables}. */
  RotaryTables tables(TorchScriptModule decoder, int maxLength) {
    return RotaryTables.of(decoder, device, attention, maxLength);
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

  @Override
  public void close() {
    module.close();
  }
}
