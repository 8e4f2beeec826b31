package io.pinion.guide.trie;

import io.pinion.guide.set.ByteSet;

/**
 * Sets of bytes that lexemes often accept completely, numbered from the smallest. A trie node has
 * the smallest set that contains all bytes below it, so that a walk can take a subtree at once.
 * Immutable.
 */
public final class ByteKinds {
  /** The number for bytes that no set contains. */
  public static final int NONE = -1;

  private static final ByteSet LOWER = ByteSet.range('a', 'z');
  private static final ByteSet LETTERS = LOWER.union(ByteSet.range('A', 'Z'));
  private static final ByteSet DIGITS = ByteSet.range('0', '9');
  private static final ByteSet WORD = LETTERS.union(DIGITS).union(ByteSet.of('_'));
  private static final ByteSet BLANKS =
      ByteSet.range('\t', '\n').union(ByteSet.of('\r')).union(ByteSet.of(' '));
  private static final ByteSet PLAIN =
      ByteSet.range(' ', '!')
          .union(ByteSet.range('#', '.'))
          .union(ByteSet.range('0', '['))
          .union(ByteSet.range(']', '~'));
  private static final ByteSet VISIBLE =
      PLAIN.intersection(ByteSet.range('!', '~')).union(ByteSet.of('/'));

  /** Ordered so that a subset comes before its supersets. */
  private static final ByteSet[] SETS = {
    ByteSet.of(' '),
    BLANKS,
    LOWER,
    LETTERS,
    DIGITS,
    LETTERS.union(DIGITS),
    WORD,
    WORD.union(ByteSet.of('-')),
    VISIBLE,
    PLAIN,
    ByteSet.range(' ', '~'),
  };

  private ByteKinds() {}

  /** How many sets there are. */
  public static int count() {
    return SETS.length;
  }

  /** The set with a number. */
  public static ByteSet set(int kind) {
    return SETS[kind];
  }

  /** The number of the smallest set that contains all of the bytes, or {@link #NONE}. */
  static int smallest(ByteSet bytes) {
    for (int i = 0; i < SETS.length; i++) {
      if (bytes.intersection(SETS[i]).equals(bytes)) {
        return i;
      }
    }
    return NONE;
  }
}
