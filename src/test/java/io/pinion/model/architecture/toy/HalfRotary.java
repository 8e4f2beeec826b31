package io.pinion.model.architecture.toy;

import io.pinion.model.architecture.block.Rotary;

/** Rotates the first half of the pairs. */
record HalfRotary(int headDim, double theta) implements Rotary {
  @Override
  public double[] frequencies(int positions) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < headDim / 4; i++) {
      frequencies[i] = Math.pow(theta, -4.0 * i / headDim);
    }
    return frequencies;
  }

  @Override
  public double amplitude() {
    return 1;
  }
}
