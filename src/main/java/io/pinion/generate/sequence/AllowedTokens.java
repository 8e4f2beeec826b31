package io.pinion.generate.sequence;

import io.pinion.guide.GuideState;
import io.pinion.text.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Set;

/**
 * Computes token masks for the sampler: a bit for each token of the model, lowest bit first, set if
 * the token may come next.
 *
 * <p>Callers must not change the arrays. Not thread-safe.
 */
final class AllowedTokens {
  private final int vocabularySize;
  private final Vocabulary vocabulary;
  private final Set<Integer> endTokens;
  private byte[] allButEnds;

  /**
   * @param vocabularySize how many tokens the model has
   * @param vocabulary the tokenizer's
   * @param endTokens the tokens that end a completion
   */
  AllowedTokens(int vocabularySize, Vocabulary vocabulary, Set<Integer> endTokens) {
    this.vocabularySize = vocabularySize;
    this.vocabulary = vocabulary;
    this.endTokens = endTokens;
  }

  /** The mask without a guide: excludes end tokens unless {@code mayEnd}; null for all tokens. */
  byte[] unguided(boolean mayEnd) {
    if (mayEnd || endTokens.isEmpty()) {
      return null;
    }
    if (allButEnds == null) {
      allButEnds = new byte[(vocabularySize + 7) / 8];
      Arrays.fill(allButEnds, (byte) 0xFF);
      endTokens.forEach(token -> set(allButEnds, token, false));
    }
    return allButEnds;
  }

  /**
   * The mask with a guide: the tokens that it allows, and end tokens where the text may end.
   *
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits
   */
  byte[] guided(GuideState guide, boolean mayEnd) {
    long[] mask = new long[Math.max(vocabulary.size(), vocabularySize) + 63 >> 6];
    guide.mask(mask);
    byte[] allowed = bytes(mask);
    for (int token : endTokens) {
      set(allowed, token, mayEnd && guide.isAccepting());
    }
    return allowed;
  }

  private byte[] bytes(long[] mask) {
    ByteBuffer bytes = ByteBuffer.allocate(8 * mask.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(mask);
    byte[] allowed = Arrays.copyOf(bytes.array(), (vocabularySize + 7) / 8);
    for (int token = vocabularySize; token < 8 * allowed.length; token++) {
      allowed[token >> 3] &= (byte) ~(1 << (token & 7));
    }
    return allowed;
  }

  private void set(byte[] allowed, int token, boolean value) {
    if (token < vocabularySize) {
      int bit = 1 << (token & 7);
      allowed[token >> 3] = (byte) (value ? allowed[token >> 3] | bit : allowed[token >> 3] & ~bit);
    }
  }

  /** Whether a mask allows any token. */
  static boolean any(byte[] allowed) {
    for (byte eight : allowed) {
      if (eight != 0) {
        return true;
      }
    }
    return false;
  }
}
