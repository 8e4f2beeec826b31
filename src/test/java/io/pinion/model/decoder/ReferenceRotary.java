package io.pinion.model.decoder;

import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import java.util.Arrays;

/**
 * Rotary frequencies as transformers' {@code modeling_rope_utils.py} computes them, function by
 * function; the oracle for {@link RotaryTable}.
 */
public final class ReferenceRotary {
  private ReferenceRotary() {}

  /** Angle per position of each of a head's {@code headDim / 2} pairs. */
  public static double[] inverseFrequencies(ModelConfig config) {
    double[] base = base(config);
    RopeScaling scaling = config.ropeScaling();
    if (scaling instanceof RopeScaling.Linear linear) {
      return Arrays.stream(base).map(frequency -> frequency / linear.factor()).toArray();
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      return Arrays.stream(base).map(frequency -> llama3(frequency, llama3)).toArray();
    }
    if (scaling instanceof RopeScaling.Yarn yarn) {
      return yarn(base, config, yarn);
    }
    if (scaling instanceof RopeScaling.Factors factors) {
      for (int i = 0; i < base.length; i++) {
        base[i] /= factors.factors().get(i);
      }
    }
    return base;
  }

  /** What cosines and sines are multiplied with. */
  public static double attentionScaling(ModelConfig config) {
    return config.ropeScaling() instanceof RopeScaling.Yarn yarn ? yarn.attentionFactor() : 1;
  }

  /** {@code 1.0 / (base ** (arange(0, dim, 2) / dim))}. */
  private static double[] base(ModelConfig config) {
    double[] frequencies = new double[config.headDim() / 2];
    for (int i = 0; i < config.headDim(); i += 2) {
      frequencies[i / 2] = 1 / Math.pow(config.ropeTheta(), (double) i / config.headDim());
    }
    return frequencies;
  }

  /** {@code _compute_llama3_parameters}. */
  private static double llama3(double frequency, RopeScaling.Llama3 scaling) {
    double lowWavelength = scaling.originalMaxPositionEmbeddings() / scaling.lowFrequencyFactor();
    double highWavelength = scaling.originalMaxPositionEmbeddings() / scaling.highFrequencyFactor();
    double wavelength = 2 * Math.PI / frequency;
    double result = wavelength > lowWavelength ? frequency / scaling.factor() : frequency;
    boolean medium = !(wavelength < highWavelength) && !(wavelength > lowWavelength);
    if (medium) {
      double smooth =
          (scaling.originalMaxPositionEmbeddings() / wavelength - scaling.lowFrequencyFactor())
              / (scaling.highFrequencyFactor() - scaling.lowFrequencyFactor());
      result = (1 - smooth) * result / scaling.factor() + smooth * result;
    }
    return result;
  }

  /** {@code _compute_yarn_parameters}. */
  private static double[] yarn(double[] base, ModelConfig config, RopeScaling.Yarn scaling) {
    double low = correctionDimension(scaling.betaFast(), config, scaling);
    double high = correctionDimension(scaling.betaSlow(), config, scaling);
    if (scaling.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, config.headDim() - 1);
    if (low == high) {
      high += 0.001;
    }
    double[] frequencies = new double[base.length];
    for (int i = 0; i < base.length; i++) {
      double ramp = Math.max(0, Math.min(1, (i - low) / (high - low)));
      double extrapolation = 1 - ramp;
      double interpolated = base[i] / scaling.factor();
      frequencies[i] = interpolated * (1 - extrapolation) + base[i] * extrapolation;
    }
    return frequencies;
  }

  /** {@code find_correction_dim}. */
  private static double correctionDimension(
      double rotations, ModelConfig config, RopeScaling.Yarn scaling) {
    double trained = scaling.originalMaxPositionEmbeddings();
    return config.headDim()
        * Math.log(trained / (rotations * 2 * Math.PI))
        / (2 * Math.log(config.ropeTheta()));
  }
}
