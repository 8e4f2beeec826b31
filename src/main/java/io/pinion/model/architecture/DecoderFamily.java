package io.pinion.model.architecture;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;

/**
 * A family of decoders: all that tells its models from others. Found by {@link
 * java.util.ServiceLoader}, so it is public and has a constructor without parameters. Stateless and
 * thread-safe.
 */
public interface DecoderFamily {

  /**
   * The names that files have for it, {@code model_type} of a config.json or {@code
   * general.architecture} of a GGUF file. The first is {@link ModelConfig#architecture}.
   */
  List<String> names();

  /**
   * The shape that a {@code config.json} describes.
   *
   * @throws io.pinion.model.ModelException for a missing, wrong or unsupported key
   */
  ModelConfig readConfigJson(ModelHeader header);

  /**
   * The shape that the metadata of a GGUF file describes.
   *
   * @throws io.pinion.model.ModelException for a missing, wrong or unsupported key
   */
  ModelConfig readGguf(ModelHeader header);

  /** What its models are composed of. */
  Decoder decoder(ModelConfig config);

  /**
   * Where safetensors hold a weight of the decoder.
   *
   * @param weight a weight's name, as the decoder's blocks have it
   */
  default StoredTensor inSafetensors(String weight, ModelConfig config) {
    return StoredTensor.named(weight);
  }

  /** Where a GGUF file holds a weight of the decoder; see {@link #inSafetensors}. */
  default StoredTensor inGguf(String weight, ModelConfig config) {
    return StoredTensor.named(GgufNames.of(weight));
  }
}
