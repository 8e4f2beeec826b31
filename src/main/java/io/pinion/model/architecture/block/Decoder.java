package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;

/**
 * A decoder, composed of blocks, from which a forward pass can be written. Immutable.
 *
 * @param layer describes every layer
 */
public record Decoder(
    ModelConfig config, Embedding embedding, Layer layer, Norm finalNorm, Head head) {

  /** A decoder with the blocks and weight names of Llama. */
  public static Decoder llama(ModelConfig config) {
    String layer = "model.layers.{}.";
    return new Decoder(
        config,
        TokenEmbedding.of(config, "model.embed_tokens.weight"),
        new PreNormLayer(
            norm(config, layer + "input_layernorm"),
            Attention.of(config, layer + "self_attn."),
            norm(config, layer + "post_attention_layernorm"),
            GatedMlp.silu(config, layer + "mlp.")),
        norm(config, "model.norm"),
        Head.of(config, "lm_head", "model.embed_tokens"));
  }

  private static Norm norm(ModelConfig config, String name) {
    return RmsNorm.of(name, config.hiddenSize(), config.normEpsilon());
  }
}
