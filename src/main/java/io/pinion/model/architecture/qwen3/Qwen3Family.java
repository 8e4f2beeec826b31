package io.pinion.model.architecture.qwen3;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.ConfigKeys;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.GgufConfig;
import io.pinion.model.architecture.HuggingFaceConfig;
import io.pinion.model.architecture.ModelHeader;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;
import java.util.function.IntPredicate;

/** Qwen 3, dense: q and k norms, heads of 128, and optionally a window in the upper layers. */
public final class Qwen3Family implements DecoderFamily {
  @Override
  public List<String> names() {
    return List.of("qwen3");
  }

  @Override
  public ModelConfig readConfigJson(ModelHeader header) {
    ConfigKeys keys = header.keys();
    boolean bias = keys.flag("attention_bias", false);
    IntPredicate upper = HuggingFaceConfig.upperWindows(header);
    return HuggingFaceConfig.windows(HuggingFaceConfig.llama(header), header, upper)
        .headDim(keys.size("head_dim", 128))
        .queryKeyNorm(true)
        .biases(bias, bias, false)
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
