package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.set.ByteSet;

/**
 * Tells for how many bytes a lexer state goes on whichever bytes of a set come, without the end of
 * a lexeme on the way. Below a tree node with only such bytes, all tokens fit without a walk.
 */
public final class ByteRuns {
  /** What a node has whose bytes below are in none of the sets. */
  static final int NONE = -1;

  /** A state that a set leads back to takes any number of its bytes. */
  static final int ENDLESS = 126;

  /** As far as is looked where the states change on the way. */
  private static final int FARTHEST = 16;

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

  /** The smaller before the larger. */
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

  private final Lexer lexer;

  ByteRuns(Lexer lexer) {
    this.lexer = lexer;
  }

  /** The number of the smallest set that holds all of some bytes, or {@link #NONE}. */
  public static int smallest(ByteSet bytes) {
    for (int i = 0; i < SETS.length; i++) {
      if (bytes.intersection(SETS[i]).equals(bytes)) {
        return i;
      }
    }
    return NONE;
  }

  /** How many bytes of a set a state takes, whichever they are. */
  int length(LexState state, int set) {
    if (state.runs == null) {
      state.runs = new byte[SETS.length];
    }
    if (state.runs[set] == 0) {
      state.runs[set] = (byte) (1 + steps(state, set));
    }
    return state.runs[set] - 1;
  }

  private int steps(LexState from, int set) {
    LexState state = from;
    for (int taken = 0; taken < FARTHEST; taken++) {
      if (!state.classes.alike(set, SETS[set])) {
        return taken;
      }
      LexState next = lexer.next(state, SETS[set].lowest());
      if (next == lexer.dead() || next.ended != null) {
        return taken;
      } else if (next == state) {
        return ENDLESS;
      }
      state = next;
    }
    return FARTHEST;
  }
}
