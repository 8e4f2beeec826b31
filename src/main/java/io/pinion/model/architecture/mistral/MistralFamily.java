package io.pinion.model.architecture.mistral;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.GgufConfig;
import io.pinion.model.architecture.GgufNames;
import io.pinion.model.architecture.HuggingFaceConfig;
import io.pinion.model.architecture.ModelHeader;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;

/** Mistral 7B and its successors: Llama with sliding-window attention, unless it is null. */
public final class MistralFamily implements DecoderFamily {
  @Override
  public List<String> names() {
    return List.of("mistral");
  }

  @Override
  public ModelConfig readConfigJson(ModelHeader header) {
    boolean window = !header.keys().isNull("sliding_window");
    return HuggingFaceConfig.windows(HuggingFaceConfig.llama(header), header, layer -> window)
        .build();
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
