package io.pinion.model.decoder;

import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;

/**
 * Cosines and sines of the rotary position embedding (Su et al. 2021, arXiv 2104.09864), in Hugging
 * Face's layout: the frequencies of a head's first half stand again in its second half.
 */
public final class RotaryTable {
  private RotaryTable() {}

  /** The two tables. */
  public record Table(float[] cosines, float[] sines) {}

  /** Tables of shape {@code [positions, headDim]}. */
  public static Table compute(ModelConfig config, int positions) {
    double[] frequencies = frequencies(config);
    double amplitude =
        config.ropeScaling() instanceof RopeScaling.Yarn yarn ? yarn.attentionFactor() : 1;
    int dim = config.headDim();
    int half = dim / 2;
    float[] cosines = new float[positions * dim];
    float[] sines = new float[positions * dim];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * frequencies[i];
        int at = position * dim + i;
        cosines[at] = cosines[at + half] = (float) (Math.cos(angle) * amplitude);
        sines[at] = sines[at + half] = (float) (Math.sin(angle) * amplitude);
      }
    }
    return new Table(cosines, sines);
  }

  private static double[] frequencies(ModelConfig config) {
    int half = config.headDim() / 2;
    double[] frequencies = new double[half];
    for (int i = 0; i < half; i++) {
      double plain = Math.pow(config.ropeTheta(), -2.0 * i / config.headDim());
      frequencies[i] = scaled(config, plain, i);
    }
    return frequencies;
  }

  private static double scaled(ModelConfig config, double frequency, int index) {
    RopeScaling scaling = config.ropeScaling();
    if (scaling instanceof RopeScaling.Linear linear) {
      return frequency / linear.factor();
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      return llama3(llama3, frequency);
    }
    if (scaling instanceof RopeScaling.Yarn yarn) {
      return yarn(yarn, config, frequency, index);
    }
    if (scaling instanceof RopeScaling.Factors factors) {
      return frequency / factors.factors().get(index);
    }
    return frequency;
  }

  private static double llama3(RopeScaling.Llama3 scaling, double frequency) {
    double wavelength = 2 * Math.PI / frequency;
    double original = scaling.originalMaxPositionEmbeddings();
    if (wavelength < original / scaling.highFrequencyFactor()) {
      return frequency;
    }
    if (wavelength > original / scaling.lowFrequencyFactor()) {
      return frequency / scaling.factor();
    }
    double smooth =
        (original / wavelength - scaling.lowFrequencyFactor())
            / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
    return (1 - smooth) * frequency / scaling.factor() + smooth * frequency;
  }

  private static double yarn(
      RopeScaling.Yarn scaling, ModelConfig config, double frequency, int index) {
    double low = correctionDim(scaling.betaFast(), scaling, config);
    double high = correctionDim(scaling.betaSlow(), scaling, config);
    if (scaling.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, config.headDim() - 1.0);
    if (low == high) {
      high += 0.001;
    }
    double ramp = Math.min(1, Math.max(0, (index - low) / (high - low)));
    return frequency / scaling.factor() * ramp + frequency * (1 - ramp);
  }

  /** The index of the frequency that turns {@code rotations} times within the original context. */
  private static double correctionDim(
      double rotations, RopeScaling.Yarn scaling, ModelConfig config) {
    return config.headDim()
        * Math.log(scaling.originalMaxPositionEmbeddings() / (rotations * 2 * Math.PI))
        / (2 * Math.log(config.ropeTheta()));
  }
}
