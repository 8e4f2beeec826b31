package io.pinion.model.architecture.llama;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.ConfigKeys;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.GgufConfig;
import io.pinion.model.architecture.GgufNames;
import io.pinion.model.architecture.HuggingFaceConfig;
import io.pinion.model.architecture.ModelHeader;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;

/** Llama (Touvron et al. 2023, arXiv 2302.13971) and models of its type, such as SmolLM. */
public final class LlamaFamily implements DecoderFamily {
  @Override
  public List<String> names() {
    return List.of("llama");
  }

  @Override
  public ModelConfig readConfigJson(ModelHeader header) {
    ConfigKeys keys = header.keys();
    boolean bias = keys.flag("attention_bias", false);
    return HuggingFaceConfig.llama(header).biases(bias, bias, keys.flag("mlp_bias", false)).build();
  }

  @Override
  public ModelConfig readGguf(ModelHeader header) {
    return GgufConfig.llama(header).build();
  }

  @Override
  public Decoder decoder(ModelConfig config) {
    return Decoder.llama(config);
  }

  @Override
  public StoredTensor inGguf(String weight, ModelConfig config) {
    return GgufNames.interleaved(weight, config.headDim());
  }
}
