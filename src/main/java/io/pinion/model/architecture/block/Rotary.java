package io.pinion.model.architecture.block;

/**
 * What queries and keys are rotated by (Su et al. 2021, arXiv 2104.09864), in Hugging Face's
 * layout: element {@code i} of a head turns with element {@code i + dim / 2}. A pair of frequency 0
 * stays as it is.
 */
public interface Rotary {
  /**
   * The angle from one position to the next, for each pair of elements.
   *
   * @param positions how many positions there will be
   */
  double[] frequencies(int positions);

  /** What cosines and sines are multiplied with. */
  double amplitude();
}
