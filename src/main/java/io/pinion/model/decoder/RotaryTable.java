package io.pinion.model.decoder;

import io.pinion.model.architecture.block.Rotary;

/**
 * Cosines and sines of the rotary position embedding, {@code [positions, headDim]}: both halves of
 * a head use the same frequencies. Sines are negated in the first half of each row: an element x
 * there is rotated with its partner y in the second half to {@code x cos - y sin}.
 */
public record RotaryTable(float[] cosines, float[] sines) {

  /** Computes the tables for the first {@code positions} positions. */
  public static RotaryTable compute(Rotary rotary, int positions) {
    double[] frequencies = rotary.frequencies(positions);
    double amplitude = rotary.amplitude();
    int half = frequencies.length;
    int dim = 2 * half;
    float[] cosines = new float[positions * dim];
    float[] sines = new float[positions * dim];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * frequencies[i];
        int at = position * dim + i;
        cosines[at] = cosines[at + half] = (float) (Math.cos(angle) * amplitude);
        sines[at + half] = (float) (Math.sin(angle) * amplitude);
        sines[at] = -sines[at + half];
      }
    }
    return new RotaryTable(cosines, sines);
  }
}
