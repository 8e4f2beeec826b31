package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;
import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.cache.KvCache;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.DecoderSource.Stage;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.model.decoder.RotaryTable;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
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
    MatrixFormat matrices = int8 ? MatrixFormat.INT8 : MatrixFormat.of(device, type);
    TorchScriptModule module =
        TorchScriptModule.compile(
            DecoderSource.CLASS,
            DecoderSource.write(config, stage, type, matrices, kernels),
            device,
            DecoderSource.LISTS);
    try {
      WeightLoader loader = new WeightLoader(checkpoint, module, device, type);
      addWeights(loader, int8 ? loader.of(TensorType.F32) : loader, module, stage, matrices);
      NDManager owner = module.manager();
      NDArray[] keys = emptyCache(loader, config, stage, kernels ? CpuKernels.BLOCK : 1);
      NDArray[] values = emptyCache(loader, config, stage, kernels ? CpuKernels.BLOCK : 1);
      NDArray[] tables = tables(owner, config, device, maxLength);
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
      WeightLoader loader,
      WeightLoader matrixLoader,
      TorchScriptModule module,
      Stage stage,
      MatrixFormat matrices) {
    ModelConfig config = loader.checkpoint().config();
    List<Long> vocabulary = List.of((long) config.vocabularySize());
    long hidden = config.hiddenSize();
    List<String> embedding = List.of("model.embed_tokens.weight");
    if (stage.first()) {
      add(module, "add", loader.load(embedding, vocabulary, hidden));
    }
    for (int layer = stage.from(); layer < stage.to(); layer++) {
      for (List<String> names : DecoderSource.layerWeights(config, layer)) {
        List<Long> rows = names.stream().map(name -> rows(config, name)).toList();
        long columns = columns(config, names.get(0));
        if (columns > 0) {
          add(module, "add_matrix", matrixLoader.load(names, rows, columns));
        } else {
          add(module, "add", loader.load(names, rows, columns));
        }
      }
    }
    if (stage.last()) {
      add(module, "add", loader.load(List.of("model.norm.weight"), List.of(hidden), 0));
      if (DecoderSource.headIndex(config, stage, matrices) > 0) {
        List<String> head = config.tiedEmbeddings() ? embedding : List.of("lm_head.weight");
        add(module, "add_matrix", matrixLoader.load(head, vocabulary, hidden));
      }
    }
  }

  private static void add(TorchScriptModule module, String method, NDArray weight) {
    try (weight) {
      module.run(method, tensor(weight));
    }
  }

  private static long rows(ModelConfig config, String name) {
    String part = part(name);
    return switch (part) {
      case "q_proj" -> (long) config.heads() * config.headDim();
      case "k_proj", "v_proj" -> (long) config.keyValueHeads() * config.headDim();
      case "q_norm", "k_norm" -> config.headDim();
      case "gate_proj", "up_proj" -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  /** The width of a matrix, or 0 for a vector. */
  private static long columns(ModelConfig config, String name) {
    if (name.endsWith(".bias") || part(name).endsWith("norm")) {
      return 0;
    }
    return switch (part(name)) {
      case "o_proj" -> (long) config.heads() * config.headDim();
      case "down_proj" -> config.intermediateSize();
      default -> config.hiddenSize();
    };
  }

  /** {@code q_proj} of {@code model.layers.0.self_attn.q_proj.weight}. */
  private static String part(String name) {
    String[] parts = name.split("\\.");
    return parts[parts.length - 2];
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

  private static NDArray[] tables(
      NDManager owner, ModelConfig config, Device device, int maxLength) {
    RotaryTable.Table rotary = RotaryTable.compute(config, maxLength);
    Shape shape = new Shape(maxLength, config.headDim());
    long[] steps = new long[maxLength + Math.max(KvCache.STEP, maxLength / 8)];
    java.util.Arrays.setAll(steps, i -> i);
    // A tensor made from a Java buffer does not own its memory, and toDevice with copy
    // asked for does not copy on the same device, so each is duplicated.
    try (NDManager scope = owner.newSubManager()) {
      return new NDArray[] {
        owned(owner, scope.create(rotary.cosines(), shape), device),
        owned(owner, scope.create(signed(rotary.sines(), config.headDim()), shape), device),
        owned(owner, scope.create(steps), device)
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

  private static NDArray owned(NDManager owner, NDArray borrowed, Device device) {
    try (NDArray moved = borrowed.toDevice(device, false)) {
      NDArray copy = moved.duplicate();
      copy.attach(owner);
      return copy;
    }
  }
}
