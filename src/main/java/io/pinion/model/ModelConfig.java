package io.pinion.model;

import java.util.List;

/**
 * The configuration of a decoder, read from a {@code config.json} or from GGUF metadata.
 *
 * @param architecture the name of its family, as in {@code model_type}
 * @param maxPositionEmbeddings the longest context that the model supports, in tokens
 * @param headDim the width of one attention head
 * @param queryKeyValueBias whether the q, k and v projections have a bias
 * @param outputBias whether the attention's output projection has a bias
 * @param mlpBias whether the gate, up and down projections have a bias
 * @param queryKeyNorm whether q and k pass an RMS norm per head before the rotary embedding
 * @param slidingWindow how many of the last tokens, itself included, a token attends to in the
 *     layers marked in {@code slidingLayers}; 0 if no layer has a window
 * @param slidingLayers by layer, whether the window applies
 * @param bosTokenId the beginning-of-sequence token, or -1
 * @param eosTokenIds the tokens that end a generation
 * @param settings that only its family uses
 */
public record ModelConfig(
    String architecture,
    int vocabularySize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int keyValueHeads,
    int headDim,
    int maxPositionEmbeddings,
    double normEpsilon,
    double ropeTheta,
    RopeScaling ropeScaling,
    boolean tiedEmbeddings,
    boolean queryKeyValueBias,
    boolean outputBias,
    boolean mlpBias,
    boolean queryKeyNorm,
    int slidingWindow,
    List<Boolean> slidingLayers,
    int bosTokenId,
    List<Integer> eosTokenIds,
    FamilySettings settings) {

  public ModelConfig {
    slidingLayers = List.copyOf(slidingLayers);
    eosTokenIds = List.copyOf(eosTokenIds);
  }
}
