package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.DecoderSource.Stage;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.torch.TorchScriptModule;
import java.util.List;

/** Compiles a stage of a model and hands it its weights. */
final class StageLoader {
  private StageLoader() {}

  /** Loads a stage onto its device; where that fails, nothing stays in memory. */
  static StageWeights load(Checkpoint checkpoint, Stage stage, Device device, ModelLayout layout) {
    ModelConfig config = checkpoint.config();
    MatrixFormat matrices = layout.matrices();
    String source = DecoderSource.write(config, stage, layout.type(), matrices, layout.kernels());
    TorchScriptModule module = StageWeights.compile(source, device);
    try {
      WeightLoader loader = new WeightLoader(checkpoint, module, device, layout.type());
      boolean int8 = matrices == MatrixFormat.INT8;
      addWeights(loader, int8 ? loader.of(TensorType.F32) : loader, module, stage, matrices);
      return new StageWeights(config, layout, stage, device, source, module);
    } catch (RuntimeException | Error e) {
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
}
