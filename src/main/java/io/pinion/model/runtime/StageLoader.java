package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.model.decoder.Stage;
import io.pinion.torch.TorchScriptModule;

/** Compiles a stage of a model and loads its weights. */
final class StageLoader {
  private StageLoader() {}

  /** Loads a stage onto its device; if that fails, nothing stays in memory. */
  static StageWeights load(Checkpoint checkpoint, Stage stage, Device device, ModelLayout layout) {
    ModelConfig config = checkpoint.config();
    Decoder decoder = DecoderFamilies.decoder(config);
    MatrixFormat matrices = layout.matrices();
    DecoderSource source =
        DecoderSource.write(
            decoder, stage, layout.type(), matrices, layout.kernels(), layout.fusedAttention());
    TorchScriptModule module = StageWeights.compile(source.text(), device);
    try {
      WeightLoader loader = new WeightLoader(checkpoint, module, device, layout.type());
      boolean int8 = matrices == MatrixFormat.INT8;
      addWeights(source, loader, int8 ? loader.of(TensorType.F32) : loader, module);
      return new StageWeights(
          config, decoder.layer().attention(), layout, stage, device, source.text(), module);
    } catch (RuntimeException | Error e) {
      module.close();
      throw e;
    }
  }

  /**
   * Adds the weights one at a time, so that memory never holds more than one of them twice.
   *
   * @param matrixLoader loads matrices in the type that they are stored in or quantized from
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
}
