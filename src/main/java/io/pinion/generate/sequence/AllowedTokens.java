package io.pinion.generate.sequence;

import io.pinion.generate.sample.TokenMask;
import io.pinion.guide.GuideState;
import io.pinion.guide.MaskPart;
import io.pinion.text.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Computes token masks for the sampler. Most rows of a job are in the same few places of the same
 * guide, so it remembers the most recent masks by place, and gives rows that are in the same place
 * the same mask.
 *
 * <p>Not thread-safe: callers hold the device's lease.
 */
public final class AllowedTokens {
  private static final int REMEMBERED = 512;

  private final int vocabularySize;
  private final Vocabulary vocabulary;
  private final Map<Place, TokenMask> masks = new RecentEntries<>(REMEMBERED);

  /**
   * What a mask depends on.
   *
   * @param parts of the guide's mask; null without a guide
   * @param ends whether end tokens are allowed
   */
  private record Place(List<MaskPart> parts, boolean ends, Set<Integer> endTokens) {}

  /**
   * @param vocabularySize how many tokens the model has
   * @param vocabulary the tokenizer's
   */
  public AllowedTokens(int vocabularySize, Vocabulary vocabulary) {
    this.vocabularySize = vocabularySize;
    this.vocabulary = vocabulary;
  }

  /**
   * The mask without a guide: excludes end tokens unless {@code mayEnd}; null for all tokens.
   *
   * @param endTokens the tokens that end a completion
   */
  TokenMask unguided(boolean mayEnd, Set<Integer> endTokens) {
    return mayEnd || endTokens.isEmpty()
        ? null
        : masks.computeIfAbsent(new Place(null, false, endTokens), this::mask);
  }

  /**
   * The mask with a guide: the tokens that it allows, and end tokens where the text may end.
   *
   * @throws io.pinion.guide.error.GuideException if the guide exceeds its limits
   */
  TokenMask guided(GuideState guide, boolean mayEnd, Set<Integer> endTokens) {
    List<MaskPart> parts = guide.maskParts();
    Place place = new Place(parts, mayEnd && guide.isAccepting(), endTokens);
    return parts.stream().allMatch(MaskPart::isLasting)
        ? masks.computeIfAbsent(place, this::mask)
        : mask(place);
  }

  private TokenMask mask(Place place) {
    byte[] allowed = place.parts == null ? all() : union(place.parts);
    for (int token : place.endTokens) {
      if (token < vocabularySize) {
        int bit = 1 << (token & 7);
        int others = allowed[token >> 3] & ~bit;
        allowed[token >> 3] = (byte) (place.ends ? others | bit : others);
      }
    }
    return new TokenMask(allowed);
  }

  private byte[] all() {
    byte[] all = new byte[(vocabularySize + 7) / 8];
    Arrays.fill(all, (byte) 0xFF);
    return cut(all);
  }

  private byte[] union(List<MaskPart> parts) {
    long[] mask = new long[Math.max(vocabulary.size(), vocabularySize) + 63 >> 6];
    parts.forEach(part -> part.addTo(mask));
    ByteBuffer bytes = ByteBuffer.allocate(8 * mask.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(mask);
    return cut(Arrays.copyOf(bytes.array(), (vocabularySize + 7) / 8));
  }

  /** Allows none of the tokens that the last byte has bits for but the model does not have. */
  private byte[] cut(byte[] allowed) {
    for (int token = vocabularySize; token < 8 * allowed.length; token++) {
      allowed[token >> 3] &= (byte) ~(1 << (token & 7));
    }
    return allowed;
  }
}
