package io.pinion.model.architecture.block;

/**
 * A rotary position embedding (Su et al. 2021, arXiv 2104.09864) in Hugging Face's layout: element
 * {@code i} of a head is rotated with element {@code i + dim / 2}. A pair of frequency 0 is not
 * rotated.
 */
public interface Rotary {
  /**
   * The angle in radians between consecutive positions, for each pair of elements.
   *
   * @param positions the maximum number of positions
   */
  double[] frequencies(int positions);

  /** The factor of cosines and sines. */
  double amplitude();
}
