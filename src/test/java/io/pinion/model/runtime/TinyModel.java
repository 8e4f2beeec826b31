package io.pinion.model.runtime;

import io.pinion.model.FamilySettings;
import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import java.util.Collections;
import java.util.List;

/** Configurations of tiny models: width 64, three layers, 64 tokens, and what is set beside. */
public final class TinyModel {
  private final String architecture;
  private RopeScaling scaling = new RopeScaling.None();
  private boolean tied;
  private boolean bias;
  private int window;
  private int vocabulary = 64;
  private int layers = 3;
  private int heads = 4;
  private int hidden = 64;
  private int headDim = 16;

  TinyModel(String architecture) {
    this.architecture = architecture;
  }

  /** A Llama of width 4, whose file has a few thousand bytes. */
  public static ModelConfig smallest(int layers) {
    TinyModel model = new TinyModel("llama");
    model.vocabulary = 3;
    model.layers = layers;
    model.heads = 2;
    return model.hidden(4).tied().bias().stored(TensorType.F32).config();
  }

  /** One layer and a large vocabulary. */
  static ModelConfig wide(int vocabulary, int hidden) {
    TinyModel model = new TinyModel("llama");
    model.vocabulary = vocabulary;
    model.layers = 1;
    model.heads = 2;
    return model.hidden(hidden).tied().stored(TensorType.F32).config();
  }

  TinyModel scaling(RopeScaling scaling) {
    this.scaling = scaling;
    return this;
  }

  TinyModel tied() {
    tied = true;
    return this;
  }

  /** Biases on q, k and v, and in Llama models on all projections. */
  TinyModel bias() {
    bias = true;
    return this;
  }

  TinyModel window(int window) {
    this.window = window;
    return this;
  }

  /** Another width, which the heads share. */
  TinyModel hidden(int hidden) {
    this.hidden = hidden;
    this.headDim = hidden / heads;
    return this;
  }

  TinyModel headDim(int headDim) {
    this.headDim = headDim;
    return this;
  }

  /** A configuration and the type of its matrices. */
  record Stored(ModelConfig config, TensorType type) {}

  Stored stored(TensorType type) {
    return new Stored(config(), type);
  }

  private ModelConfig config() {
    boolean biasEverywhere = bias && architecture.equals("llama");
    return new ModelConfig(
        architecture,
        vocabulary,
        hidden,
        2 * hidden,
        layers,
        heads,
        heads / 2,
        headDim,
        256,
        1e-5f,
        10000,
        scaling,
        tied,
        bias,
        biasEverywhere,
        biasEverywhere,
        architecture.equals("qwen3"),
        window,
        Collections.nCopies(layers, window > 0),
        1,
        List.of(2),
        FamilySettings.NONE);
  }
}
