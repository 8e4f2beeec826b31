package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.block.WeightSpec.Part;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Grouped-query attention over the cache with rotary embedding (Ainslie et al. 2023, arXiv
 * 2305.13245).
 *
 * @param queryNorm the norm of each query head, before it is rotated
 * @param keyNorm the norm of each key head, before it is rotated
 * @param window how many of the last tokens, itself included, a token attends to in layers with a
 *     window; 0 if no layer has one
 * @param windowed by layer, whether the window applies
 * @param rotary by layer, the rotary embedding of queries and keys
 * @param scores the input of softmax: an expression of {@code ${products}}, queries times keys,
 *     {@code ${scale}} and the additive {@code ${mask}}; anything but {@link #SCALED} runs only in
 *     libtorch's operations
 */
public record Attention(
    Linear queryKeyValue,
    Optional<RmsNorm> queryNorm,
    Optional<RmsNorm> keyNorm,
    Linear output,
    int heads,
    int keyValueHeads,
    int headDim,
    int window,
    List<Boolean> windowed,
    List<Rotary> rotary,
    String scores) {

  /** Queries times keys, divided by the square root of the head's width. */
  public static final String SCALED = "torch.add(${mask}, ${products}, alpha=${scale})";

  public Attention {
    windowed = List.copyOf(windowed);
    rotary = List.copyOf(rotary);
  }

  /** Attention with the weight names of Llama: {@code q_proj} to {@code o_proj}. */
  public static Attention of(ModelConfig config, String prefix) {
    long queries = (long) config.heads() * config.headDim();
    long keys = (long) config.keyValueHeads() * config.headDim();
    return new Attention(
        Linear.of(
            config.hiddenSize(),
            config.queryKeyValueBias(),
            new Part(prefix + "q_proj", queries),
            new Part(prefix + "k_proj", keys),
            new Part(prefix + "v_proj", keys)),
        headNorm(config, prefix + "q_norm"),
        headNorm(config, prefix + "k_norm"),
        Linear.of(queries, config.outputBias(), new Part(prefix + "o_proj", config.hiddenSize())),
        config.heads(),
        config.keyValueHeads(),
        config.headDim(),
        config.slidingWindow(),
        config.slidingLayers(),
        Collections.nCopies(config.layers(), ScaledRotary.of(config)),
        SCALED);
  }

  private static Optional<RmsNorm> headNorm(ModelConfig config, String name) {
    return config.queryKeyNorm()
        ? Optional.of(RmsNorm.of(name, config.headDim(), config.normEpsilon()))
        : Optional.empty();
  }

  /** The distinct rotary embeddings of all layers. */
  public List<Rotary> rotaries() {
    return rotary.stream().distinct().toList();
  }

  /** Number of query heads that share a key and value head. */
  public int group() {
    return heads / keyValueHeads;
  }

  /** The factor of queries times keys. */
  public double scale() {
    return 1 / Math.sqrt(headDim);
  }
}
