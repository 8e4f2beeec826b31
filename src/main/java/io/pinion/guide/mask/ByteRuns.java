package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.set.ByteSet;
import io.pinion.guide.trie.ByteKinds;
import java.util.Arrays;

/**
 * Tells how many bytes of a set a lexer state takes, whichever they are, without a lexeme ending on
 * the way. Below a tree node with only such bytes, all tokens fit without a walk. Not thread-safe.
 */
final class ByteRuns {
  /** For a state that leads back to itself, which takes any number of the bytes. */
  static final int ENDLESS = 126;

  /** How far to look where the states change on the way. */
  private static final int FARTHEST = 16;

  private final Lexer lexer;

  /** One more than the length of each run, by state and kind; null until first asked for. */
  private byte[][] known = new byte[64][];

  ByteRuns(Lexer lexer) {
    this.lexer = lexer;
  }

  /** How many bytes of a kind a state takes, whichever they are. */
  int length(LexState state, int kind) {
    byte[] runs = runs(state.id);
    if (runs[kind] == 0) {
      runs[kind] = (byte) (1 + steps(state, kind));
    }
    return runs[kind] - 1;
  }

  private byte[] runs(int state) {
    if (state >= known.length) {
      known = Arrays.copyOf(known, Math.max(state + 1, 2 * known.length));
    }
    if (known[state] == null) {
      known[state] = new byte[ByteKinds.count()];
    }
    return known[state];
  }

  private int steps(LexState from, int kind) {
    ByteSet set = ByteKinds.set(kind);
    LexState state = from;
    for (int taken = 0; taken < FARTHEST; taken++) {
      if (!state.classes.alike(kind, set)) {
        return taken;
      }
      LexState next = lexer.next(state, set.lowest());
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
