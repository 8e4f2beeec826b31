package io.pinion.model.architecture.qwen2;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.GgufConfig;
import io.pinion.model.architecture.HuggingFaceConfig;
import io.pinion.model.architecture.ModelHeader;
import io.pinion.model.architecture.block.Decoder;
import java.util.List;
import java.util.function.IntPredicate;

/** Qwen 2 and 2.5: biases on q, k and v, and optionally a window in the upper layers. */
public final class Qwen2Family implements DecoderFamily {
  @Override
  public List<String> names() {
    return List.of("qwen2");
  }

  @Override
  public ModelConfig readConfigJson(ModelHeader header) {
    IntPredicate upper = HuggingFaceConfig.upperWindows(header);
    return HuggingFaceConfig.windows(HuggingFaceConfig.llama(header), header, upper)
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
