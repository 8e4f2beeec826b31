package io.pinion.guide;

import io.pinion.guide.json.RandomValues;
import io.pinion.guide.trie.TokenVocabulary;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Texts made by choosing tokens at random among those of the masks, closed when long enough. */
public final class RandomTexts {
  private static final String LIKELY = "\",}]:0";

  private final RandomValues values;
  private final TokenVocabulary tokens;

  public RandomTexts(RandomValues values, TokenVocabulary tokens) {
    this.values = values;
    this.tokens = tokens;
  }

  public String next(Guide guide) {
    return walk(guide, state -> {});
  }

  /** As {@link #next}, with a look at the state before each token. */
  public String walk(Guide guide, Consumer<GuideState> look) {
    GuideState state = guide.start();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    long[] mask = new long[tokens.words()];
    for (int left = values.random.nextInt(60); left > 0; left--) {
      if (state.isAccepting() && values.chance(20)) {
        break;
      }
      look.accept(state);
      state.mask(mask);
      int token = choose(mask);
      if (token < 0) {
        break;
      }
      if (!state.accept(token)) {
        throw new AssertionError("token " + token + " of the mask is not taken after " + text);
      }
      text.writeBytes(tokens.vocabulary().bytes(token));
    }
    byte[] closing = state.closing();
    text.writeBytes(closing);
    if (state.acceptBytes(closing) != closing.length || !state.isAccepting()) {
      throw new AssertionError("the closing does not close " + text);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private int choose(long[] mask) {
    List<Integer> allowed = new ArrayList<>();
    List<Integer> likely = new ArrayList<>();
    for (int token = 0; token < tokens.vocabulary().size(); token++) {
      if ((mask[token >> 6] >>> token & 1) != 0) {
        allowed.add(token);
        if (token < 128 && LIKELY.indexOf(token) >= 0) {
          likely.add(token);
        }
      }
    }
    if (allowed.isEmpty()) {
      return -1;
    }
    return values.pick(!likely.isEmpty() && values.chance(40) ? likely : allowed);
  }
}
