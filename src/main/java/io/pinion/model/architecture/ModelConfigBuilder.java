package io.pinion.model.architecture;

import io.pinion.model.FamilySettings;
import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import java.util.Collections;
import java.util.List;

/** Builds a {@link ModelConfig}: first what all models have in common, then what is specific. */
public final class ModelConfigBuilder {
  private final ModelHeader header;
  private int vocabularySize;
  private int hiddenSize;
  private int intermediateSize;
  private int layers;
  private int heads;
  private int keyValueHeads;
  private int headDim;
  private int maxPositionEmbeddings;
  private double normEpsilon;
  private double ropeTheta;
  private RopeScaling ropeScaling = new RopeScaling.None();
  private boolean tiedEmbeddings;
  private boolean queryKeyValueBias;
  private boolean outputBias;
  private boolean mlpBias;
  private boolean queryKeyNorm;
  private int slidingWindow;
  private List<Boolean> slidingLayers = List.of();
  private FamilySettings settings = FamilySettings.NONE;

  /** Empty; {@link HuggingFaceConfig} and {@link GgufConfig} set what most models share. */
  public ModelConfigBuilder(ModelHeader header) {
    this.header = header;
  }

  public ModelConfigBuilder vocabularySize(int size) {
    vocabularySize = size;
    return this;
  }

  /** The width of hidden states, and the inner width of the MLP. */
  public ModelConfigBuilder widths(int hidden, int intermediate) {
    hiddenSize = hidden;
    intermediateSize = intermediate;
    return this;
  }

  /**
   * The number of layers.
   *
   * @throws io.pinion.model.ModelException if there are more than tensors, before anything is made
   *     for each
   */
  public ModelConfigBuilder layers(int count) {
    if (count > header.tensors()) {
      throw header
          .keys()
          .fault("claims " + count + " layers, but has only " + header.tensors() + " tensors");
    }
    layers = count;
    return this;
  }

  public ModelConfigBuilder heads(int queryHeads, int sharedHeads, int width) {
    heads = queryHeads;
    keyValueHeads = sharedHeads;
    headDim = width;
    return this;
  }

  public ModelConfigBuilder headDim(int width) {
    headDim = width;
    return this;
  }

  public ModelConfigBuilder maxPositionEmbeddings(int positions) {
    maxPositionEmbeddings = positions;
    return this;
  }

  public ModelConfigBuilder normEpsilon(double epsilon) {
    normEpsilon = epsilon;
    return this;
  }

  public ModelConfigBuilder rope(double theta, RopeScaling scaling) {
    ropeTheta = theta;
    ropeScaling = scaling;
    return this;
  }

  public ModelConfigBuilder tiedEmbeddings(boolean tied) {
    tiedEmbeddings = tied;
    return this;
  }

  /** Whether these projections have a bias: q, k and v; attention output; those of the MLP. */
  public ModelConfigBuilder biases(boolean queryKeyValue, boolean output, boolean mlp) {
    queryKeyValueBias = queryKeyValue;
    outputBias = output;
    mlpBias = mlp;
    return this;
  }

  public ModelConfigBuilder queryKeyNorm(boolean norm) {
    queryKeyNorm = norm;
    return this;
  }

  /** Sliding-window attention over a number of tokens; {@code sliding} is by layer. */
  public ModelConfigBuilder window(int tokens, List<Boolean> sliding) {
    slidingWindow = tokens;
    slidingLayers = sliding;
    return this;
  }

  public ModelConfigBuilder settings(FamilySettings own) {
    settings = own;
    return this;
  }

  int layers() {
    return layers;
  }

  int headDim() {
    return headDim;
  }

  /**
   * The configuration.
   *
   * @throws io.pinion.model.ModelException if the numbers of heads and their width do not fit, or a
   *     token is outside the vocabulary
   */
  public ModelConfig build() {
    for (int token : header.eosTokenIds()) {
      if (token >= vocabularySize) {
        throw header
            .keys()
            .fault(
                "ends texts with token "
                    + token
                    + " (eos_token_id), but has a vocabulary of "
                    + vocabularySize
                    + " tokens");
      }
    }
    if (keyValueHeads == 0 || heads % keyValueHeads != 0 || headDim % 2 != 0 || headDim == 0) {
      throw header
          .keys()
          .fault(
              "has "
                  + heads
                  + " heads over "
                  + keyValueHeads
                  + " kv heads of width "
                  + headDim
                  + ", which do not fit together");
    }
    return new ModelConfig(
        DecoderFamilies.of(header.architecture(), "the model has architecture").names().get(0),
        vocabularySize,
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        keyValueHeads,
        headDim,
        maxPositionEmbeddings,
        normEpsilon,
        ropeTheta,
        ropeScaling,
        tiedEmbeddings,
        queryKeyValueBias,
        outputBias,
        mlpBias,
        queryKeyNorm,
        slidingWindow,
        slidingLayers.isEmpty() ? Collections.nCopies(layers, false) : slidingLayers,
        header.bosTokenId(),
        header.eosTokenIds(),
        settings);
  }
}
