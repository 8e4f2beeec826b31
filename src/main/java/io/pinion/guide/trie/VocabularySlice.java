package io.pinion.guide.trie;

import io.pinion.guide.set.CodePoints;
import io.pinion.guide.set.UnicodeClasses;
import io.pinion.text.Vocabulary;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The tokens that consist of complete characters of one set, by length, with tries of all other
 * tokens. A lexer state that accepts any n characters of the set allows the tokens of up to n
 * characters by a precomputed mask; only the trie of the others is walked. Immutable.
 */
public final class VocabularySlice {
  /** The most characters that a token of a slice has; longer tokens are walked. */
  public static final int LONGEST = 16;

  /** The lengths, in characters, for which there are masks. */
  private static final int[] LENGTHS = {3, 8, LONGEST};

  private static final CodePoints PLAIN =
      CodePoints.ALL.minus(CodePoints.range(0, 0x1f)).minus(CodePoints.each("\"\\/"));

  private final CodePoints set;
  private final long[][] masks = new long[LENGTHS.length][];
  private final TokenTrie[] others = new TokenTrie[LENGTHS.length];

  private VocabularySlice(CodePoints set, Vocabulary vocabulary, int[] sorted) {
    this.set = set;
    int[] lengths = new int[sorted.length];
    for (int i = 0; i < sorted.length; i++) {
      lengths[i] = length(vocabulary.bytes(sorted[i]), set);
    }
    for (int i = 0; i < LENGTHS.length; i++) {
      fill(i, vocabulary, sorted, lengths);
    }
  }

  static VocabularySlice[] all(Vocabulary vocabulary, int[] sorted) {
    CodePoints lower = CodePoints.range('a', 'z');
    CodePoints letters = lower.union(CodePoints.range('A', 'Z'));
    CodePoints ascii = PLAIN.intersection(CodePoints.range(0, 0x7e));
    return new VocabularySlice[] {
      new VocabularySlice(PLAIN, vocabulary, sorted),
      new VocabularySlice(ascii, vocabulary, sorted),
      new VocabularySlice(letters.union(CodePoints.each("0123456789 ")), vocabulary, sorted),
      new VocabularySlice(UnicodeClasses.WORDS, vocabulary, sorted),
      new VocabularySlice(letters, vocabulary, sorted),
      new VocabularySlice(lower, vocabulary, sorted)
    };
  }

  private void fill(int place, Vocabulary vocabulary, int[] sorted, int[] lengths) {
    long[] mask = new long[(vocabulary.size() + 63) / 64];
    int[] left = new int[sorted.length];
    int count = 0;
    for (int i = 0; i < sorted.length; i++) {
      if (lengths[i] > 0 && lengths[i] <= LENGTHS[place]) {
        mask[sorted[i] >> 6] |= 1L << sorted[i];
      } else {
        left[count++] = sorted[i];
      }
    }
    masks[place] = mask;
    others[place] = TokenTrie.of(vocabulary, Arrays.copyOf(left, count));
  }

  /** The number of characters; -1 if some are outside the set or incomplete. */
  private static int length(byte[] bytes, CodePoints set) {
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return -1;
    }
    return text.codePoints().allMatch(set::contains) ? text.codePointCount(0, text.length()) : -1;
  }

  public CodePoints set() {
    return set;
  }

  /**
   * The index of the mask for a state that accepts any text of this many characters; -1 if none.
   */
  public int place(int characters) {
    int place = LENGTHS.length - 1;
    while (place >= 0 && LENGTHS[place] > characters) {
      place--;
    }
    return place;
  }

  public long[] mask(int place) {
    return masks[place];
  }

  public TokenTrie others(int place) {
    return others[place];
  }
}
