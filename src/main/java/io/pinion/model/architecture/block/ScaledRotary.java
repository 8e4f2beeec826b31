package io.pinion.model.architecture.block;

import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;

/** A rotary embedding with frequencies from 1 down to {@code 1 / theta}, with optional scaling. */
public record ScaledRotary(int headDim, double theta, RopeScaling scaling) implements Rotary {

  public static ScaledRotary of(ModelConfig config) {
    return new ScaledRotary(config.headDim(), config.ropeTheta(), config.ropeScaling());
  }

  @Override
  public double[] frequencies(int positions) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = scaled(Math.pow(theta, -2.0 * i / headDim), i);
    }
    return frequencies;
  }

  @Override
  public double amplitude() {
    return scaling instanceof RopeScaling.Yarn yarn ? yarn.attentionFactor() : 1;
  }

  private double scaled(double frequency, int index) {
    if (scaling instanceof RopeScaling.Linear linear) {
      return frequency / linear.factor();
    }
    if (scaling instanceof RopeScaling.Llama3 llama3) {
      return llama3(llama3, frequency);
    }
    if (scaling instanceof RopeScaling.Yarn yarn) {
      return yarn(yarn, frequency, index);
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

  private double yarn(RopeScaling.Yarn yarn, double frequency, int index) {
    double low = correctionDim(yarn.betaFast(), yarn);
    double high = correctionDim(yarn.betaSlow(), yarn);
    if (yarn.truncate()) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, headDim - 1.0);
    if (low == high) {
      high += 0.001;
    }
    double ramp = Math.min(1, Math.max(0, (index - low) / (high - low)));
    return frequency / yarn.factor() * ramp + frequency * (1 - ramp);
  }

  /** Index of the frequency with {@code rotations} full turns within the original context. */
  private double correctionDim(double rotations, RopeScaling.Yarn yarn) {
    return headDim
        * Math.log(yarn.originalMaxPositionEmbeddings() / (rotations * 2 * Math.PI))
        / (2 * Math.log(theta));
  }
}
