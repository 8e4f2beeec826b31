package io.pinion.model.architecture;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;

/**
 * A family of decoders: defines everything that is specific to its models. Found by {@link
 * java.util.ServiceLoader}, so implementations are public and have a constructor without
 * parameters. Stateless and thread-safe.
 */
public interface DecoderFamily {

  /**
   * The family's names in model files: {@code model_type} of a config.json or {@code
   * general.architecture} of a GGUF file. The first is {@link ModelConfig#architecture}.
   */
  List<String> names();

  /**
   * Reads the configuration from a {@code config.json}.
   *
   * @throws io.pinion.model.ModelException for a missing, wrong or unsupported key
   */
  ModelConfig readConfigJson(ModelHeader header);

  /**
   * Reads the configuration from the metadata of a GGUF file.
   *
   * @throws io.pinion.model.ModelException for a missing, wrong or unsupported key
   */
  ModelConfig readGguf(ModelHeader header);

  /**
   * Whether a stored tensor is no weight but part of the configuration: read with it, or the same
   * as what follows from it, as the rotary frequencies that old files have for every layer.
   *
   * @param tensor its name in the file
   */
  default boolean configures(String tensor) {
    return tensor.equals("rope_freqs.weight") || tensor.endsWith("rotary_emb.inv_freq");
  }

  /** Composes a model's decoder from blocks. */
  Decoder decoder(ModelConfig config);

  /**
   * Location of one of the decoder's weights in safetensors.
   *
   * @param weight the weight's name in the decoder's blocks
   */
  default StoredTensor inSafetensors(String weight, ModelConfig config) {
    return StoredTensor.named(weight);
  }

  /** Location of one of the decoder's weights in a GGUF file; see {@link #inSafetensors}. */
  default StoredTensor inGguf(String weight, ModelConfig config) {
    return StoredTensor.named(GgufNames.of(weight));
  }
}
