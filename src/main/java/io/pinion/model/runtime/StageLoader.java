package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;
import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.Rotary;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.model.cache.KvCache;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.model.decoder.RotaryTable;
import io.pinion.model.decoder.Stage;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.List;

/** Compiles a stage of a model and hands it its weights, an empty cache and its tables. */
final class StageLoader {
  private StageLoader() {}

  static TorchScriptModule load(
      Checkpoint checkpoint,
      Stage stage,
      Device device,
      TensorType type,
      boolean int8,
      int maxLength,
      boolean kernels) {
    ModelConfig config = checkpoint.config();
    Decoder decoder = DecoderFamilies.decoder(config);
    MatrixFormat matrices = int8 ? MatrixFormat.INT8 : MatrixFormat.of(device, type);
    DecoderSource source = DecoderSource.write(decoder, stage, type, matrices, kernels);
    TorchScriptModule module =
        TorchScriptModule.compile(DecoderSource.CLASS, source.text(), device, DecoderSource.LISTS);
    try {
      WeightLoader loader = new WeightLoader(checkpoint, module, device, type);
      addWeights(source, loader, int8 ? loader.of(TensorType.F32) : loader, module);
      NDManager owner = module.manager();
      NDArray[] keys = emptyCache(loader, config, stage, kernels ? CpuKernels.BLOCK : 1);
      NDArray[] values = emptyCache(loader, config, stage, kernels ? CpuKernels.BLOCK : 1);
      NDArray[] tables = tables(owner, decoder.layer().attention(), device, maxLength);
      module.run("load", tensors(keys), tensors(values), tensors(tables));
      // The module holds the tensors now; what is closed here is a second reference.
      for (NDArray[] handed : List.of(keys, values, tables)) {
        new ai.djl.ndarray.NDList(handed).close();
      }
      return module;
    } catch (RuntimeException e) {
      module.close();
      throw e;
    }
  }

  /**
   * Hands the weights over one at a time, so that memory holds no more than one of them twice.
   *
   * @param matrixLoader loads matrices in the type that they are kept in or made from
   */
  private static void addWeights(
      DecoderSource source,
      WeightLoader loader,
      WeightLoader matrixLoader,
      TorchScriptModule module) {
    for (WeightSpec spec : source.weights()) {
      if (spec.kind() == WeightSpec.Kind.MATRIX) {
        add(module, "add_matrix", matrixLoader.load(spec));
      } else {
        add(module, "add", loader.load(spec));
      }
    }
  }

  private static void add(TorchScriptModule module, String method, NDArray weight) {
    try (weight) {
      module.run(method, tensor(weight));
    }
  }

  /** {@code [slots, key/value heads, length / block, block × dim]}, by layer. */
  private static NDArray[] emptyCache(
      WeightLoader loader, ModelConfig config, Stage stage, int block) {
    NDArray[] cache = new NDArray[stage.layers()];
    for (int i = 0; i < cache.length; i++) {
      cache[i] =
          loader.allocate(
              1, config.keyValueHeads(), KvCache.STEP / block, (long) block * config.headDim());
    }
    return cache;
  }

  /** Cosines and sines of each rotary embedding, and the numbers from 0 on. */
  private static NDArray[] tables(
      NDManager owner, Attention attention, Device device, int maxLength) {
    Shape shape = new Shape(maxLength, attention.headDim());
    long[] steps = new long[maxLength + Math.max(KvCache.STEP, maxLength / 8)];
    java.util.Arrays.setAll(steps, i -> i);
    List<NDArray> tables = new ArrayList<>();
    // A tensor made from a Java buffer does not own its memory, and toDevice with copy
    // asked for does not copy on the same device, so each is duplicated.
    try (NDManager scope = owner.newSubManager()) {
      for (Rotary rotary : attention.rotaries()) {
        RotaryTable table = RotaryTable.compute(rotary, maxLength);
        tables.add(owned(owner, scope.create(table.cosines(), shape), device));
        tables.add(owned(owner, scope.create(table.sines(), shape), device));
      }
      tables.add(owned(owner, scope.create(steps), device));
    }
    return tables.toArray(NDArray[]::new);
  }

  private static NDArray owned(NDManager owner, NDArray borrowed, Device device) {
    try (NDArray moved = borrowed.toDevice(device, false)) {
      NDArray copy = moved.duplicate();
      copy.attach(owner);
      return copy;
    }
  }
}
