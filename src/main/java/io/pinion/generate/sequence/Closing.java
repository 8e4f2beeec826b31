package io.pinion.generate.sequence;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideLimitException;

/** The tokens that bring a guided text to its end soonest. */
final class Closing {
  private Closing() {}

  /**
   * The tokens, none where the text may end already; {@code null} where no end is known: none is
   * near enough for the guide to find, or the vocabulary cannot write it.
   */
  static int[] of(Guide guide, GuideState state) {
    try {
      return guide.spell(state.closing());
    } catch (GuideLimitException e) {
      return null;
    }
  }
}
