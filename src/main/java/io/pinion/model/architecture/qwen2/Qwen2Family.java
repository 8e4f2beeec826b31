package io.pinion.model.architecture.qwen2;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.ConfigKeys;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.GgufConfig;
import io.pinion.model.architecture.HuggingFaceConfig;
import io.pinion.model.architecture.ModelHeader;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;

/** Qwen 2 and 2.5: biases on q, k and v, and optionally a window in the upper layers. */
public final class Qwen2Family implements DecoderFamily {
  @Override
  public List<String> names() {
    return List.of("qwen2");
  }

  @Override
  public ModelConfig readConfigJson(ModelHeader header) {
    ConfigKeys keys = header.keys();
    boolean window = keys.flag("use_sliding_window", false) && keys.has("sliding_window");
    int first = keys.count("max_window_layers", 28);
    return HuggingFaceConfig.windows(
            HuggingFaceConfig.llama(header), header, layer -> window && layer >= first)
        .biases(true, false, false)
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
}
