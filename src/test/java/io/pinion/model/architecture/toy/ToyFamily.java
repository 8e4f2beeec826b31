package io.pinion.model.architecture.toy;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.GgufConfig;
import io.pinion.model.architecture.HuggingFaceConfig;
import io.pinion.model.architecture.ModelHeader;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.Head;
import io.pinion.model.architecture.block.Linear;
import io.pinion.model.architecture.block.Rotary;
import io.pinion.model.architecture.block.WeightSpec.Part;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A family that is in no release: embeddings scaled and with learned positions, LayerNorm with a
 * bias, attention and MLP side by side, GELU without a gate, half of each head rotated, by other
 * frequencies in every other layer, logits capped. Safetensors hold q, k and v head by head in one
 * tensor, GGUF files one behind the other. Registered by the tests' {@code META-INF/services}
 * alone.
 */
public final class ToyFamily implements DecoderFamily {
  private static final List<String> QKV = List.of("query", "key", "value");
  private static final Map<String, String> GGUF_NAMES =
      Map.of(
          "norm", "attn_norm",
          "attention.dense", "attn_output",
          "mlp.in", "ffn_up",
          "mlp.out", "ffn_down",
          "toy.embed", "token_embd",
          "toy.positions", "position_embd",
          "toy.norm", "output_norm",
          "toy.head", "output");

  @Override
  public List<String> names() {
    return List.of("toy_decoder", "toydecoder");
  }

  @Override
  public ModelConfig readConfigJson(ModelHeader header) {
    return HuggingFaceConfig.common(header)
        .normEpsilon(header.keys().positive("layer_norm_eps", 1e-5))
        .settings(new ToySettings(header.keys().positive("embedding_scale")))
        .build();
  }

  @Override
  public ModelConfig readGguf(ModelHeader header) {
    return GgufConfig.common(header)
        .settings(new ToySettings(header.keys().positive("embedding_scale")))
        .build();
  }

  @Override
  public Decoder decoder(ModelConfig config) {
    int hidden = config.hiddenSize();
    int heads = config.heads();
    long width = (long) heads * config.headDim();
    String layer = "toy.blocks.{}.";
    Attention attention =
        new Attention(
            Linear.of(
                hidden,
                true,
                QKV.stream()
                    .map(part -> new Part(layer + "attention." + part, width))
                    .toArray(Part[]::new)),
            Optional.empty(),
            Optional.empty(),
            Linear.of(width, true, new Part(layer + "attention.dense", hidden)),
            heads,
            heads,
            config.headDim(),
            0,
            Collections.nCopies(config.layers(), false),
            IntStream.range(0, config.layers())
                .<Rotary>mapToObj(i -> new HalfRotary(config.headDim(), i % 2 == 0 ? 10000 : 100))
                .toList(),
            Attention.SCALED);
    long inner = config.intermediateSize();
    return new Decoder(
        config,
        ToyEmbedding.of(config),
        new ToyLayer(
            LayerNorm.of(config, layer + "norm"),
            attention,
            Linear.of(hidden, true, new Part(layer + "mlp.in", inner)),
            Linear.of(inner, true, new Part(layer + "mlp.out", hidden))),
        LayerNorm.of(config, "toy.norm"),
        new Head(
            Linear.of(hidden, false, new Part("toy.head", config.vocabularySize())),
            "torch.mul(torch.tanh(torch.div(${logits}, 20.)), 20.)"));
  }

  @Override
  public StoredTensor inSafetensors(String weight, ModelConfig config) {
    int which = qkv(weight);
    if (which < 0) {
      return StoredTensor.named(weight);
    }
    int dim = config.headDim();
    String stored = weight.replace(QKV.get(which), "query_key_value");
    return new StoredTensor(stored, 3, dim, row -> row / dim * 3 * dim + which * dim + row % dim);
  }

  @Override
  public StoredTensor inGguf(String weight, ModelConfig config) {
    int end = weight.lastIndexOf('.');
    String suffix = weight.substring(end);
    if (!weight.startsWith("toy.blocks.")) {
      return StoredTensor.named(GGUF_NAMES.get(weight.substring(0, end)) + suffix);
    }
    String[] parts = weight.substring(0, end).split("\\.", 4);
    String layer = "blk." + parts[2] + ".";
    int which = qkv(weight);
    return which < 0
        ? StoredTensor.named(layer + GGUF_NAMES.get(parts[3]) + suffix)
        : StoredTensor.share(
            layer + "attn_qkv" + suffix, which, 3, (long) config.heads() * config.headDim());
  }

  /** Which of q, k and v a weight is of, or -1. */
  private static int qkv(String weight) {
    String[] parts = weight.split("\\.");
    return QKV.indexOf(parts[parts.length - 2]);
  }
}
