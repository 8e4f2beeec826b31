package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.set.ByteSet;
import io.pinion.guide.trie.ByteKinds;

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

  ByteRuns(Lexer lexer) {
    this.lexer = lexer;
  }

  /** How many bytes of a kind a state takes, whichever they are. */
  int length(LexState state, int kind) {
    if (state.runs == null) {
      state.runs = new byte[ByteKinds.count()];
    }
    if (state.runs[kind] == 0) {
      state.runs[kind] = (byte) (1 + steps(state, kind));
    }
    return state.runs[kind] - 1;
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
