package io.pinion.model.decoder;

import io.pinion.model.architecture.block.Rotary;

/**
 * Cosines and sines of the rotary position embedding, {@code [positions, headDim]}: both halves of
 * a head use the same frequencies. Sines are negated in the first half of each row: an element x
 * there is rotated with its partner y in the second half to {@code x cos - y sin}.
 */
public record RotaryTable(float[] cosines, float[] sines) {

  /**
   * Computes the rows of some positions.
   *
   * @param positions the maximum number of positions of the model, on which frequencies may depend
   * @param from the first position
   * @param to the position after the last; {@code (to - from) * headDim} must fit in an array
   */
  public static RotaryTable compute(Rotary rotary, int positions, int from, int to) {
    double[] frequencies = rotary.frequencies(positions);
    double amplitude = rotary.amplitude();
    int half = frequencies.length;
    int dim = 2 * half;
    float[] cosines = new float[(to - from) * dim];
    float[] sines = new float[(to - from) * dim];
    for (int position = from; position < to; position++) {
      for (int i = 0; i < half; i++) {
        double angle = position * frequencies[i];
        int at = (position - from) * dim + i;
        cosines[at] = cosines[at + half] = (float) (Math.cos(angle) * amplitude);
        sines[at + half] = (float) (Math.sin(angle) * amplitude);
        sines[at] = -sines[at + half];
      }
    }
    return new RotaryTable(cosines, sines);
  }
}
