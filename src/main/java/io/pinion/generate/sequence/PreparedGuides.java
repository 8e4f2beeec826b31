package io.pinion.generate.sequence;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideException;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * Does the first work of guides before their rows join a batch, in which every other row would wait
 * for it: their automata are built as they are used, and the beginning of a large schema takes a
 * second. Each guide is prepared once. Not thread-safe.
 */
public final class PreparedGuides {
  /** The length of a shortest text that is not known. */
  private static final int UNKNOWN = -1;

  private final int words;
  private final Map<Guide, Boolean> begun = new WeakHashMap<>();
  private final Map<Guide, Integer> shortest = new WeakHashMap<>();

  /**
   * @param vocabularySize of the guides
   */
  public PreparedGuides(int vocabularySize) {
    this.words = vocabularySize + 63 >> 6;
  }

  /**
   * Builds what a guide's first token needs, and how its text would end then.
   *
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits
   */
  void begin(Guide guide) {
    if (begun.putIfAbsent(guide, true) == null) {
      GuideState state = guide.start();
      state.acceptBytes(state.forced());
      state.mask(new long[words]);
      state.closingTokens();
    }
  }

  /**
   * Whether a guide's shortest text fits into a number of tokens.
   *
   * @throws GuideException if it is not known, and so no text can be completed in time
   */
  boolean fits(Guide guide, int maxTokens) {
    int tokens = shortest.computeIfAbsent(guide, PreparedGuides::shortest);
    if (tokens == UNKNOWN) {
      throw new GuideException(
          "even the shortest text that the guide allows is too long to be completed, or the model's"
              + " vocabulary cannot write it: allow shorter texts, or set guide.close-at-max-tokens to"
              + " false");
    }
    return tokens <= maxTokens;
  }

  private static int shortest(Guide guide) {
    int[] tokens = guide.start().closingTokens();
    return tokens == null ? UNKNOWN : tokens.length;
  }
}
