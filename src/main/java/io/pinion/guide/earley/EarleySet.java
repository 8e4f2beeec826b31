package io.pinion.guide.earley;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import java.util.Arrays;

/**
 * An Earley row: the items that hold between two lexemes. A row does not know its place in the
 * text, only the rows where its items began, so equal rows are one object and remember what follows
 * them.
 */
public final class EarleySet {
  private static final LexemeSet[] NO_SETS = {};
  private static final EarleySet[] NO_ROWS = {};

  public final int id;
  final int[] states;

  /** Where each item began; the row itself for those that begin here. */
  final EarleySet[] origins;

  /** Whether this is the row before any text. */
  final boolean begins;

  /** Whether the text may end here. */
  public final boolean accepting;

  /** Where the lexer begins; its dead state when nothing may follow. */
  public final LexState start;

  private LexemeSet[] sets = NO_SETS;
  private EarleySet[] successors = NO_ROWS;

  EarleySet(
      int id,
      int[] states,
      EarleySet[] origins,
      boolean begins,
      boolean accepting,
      LexState start) {
    this.id = id;
    this.states = states;
    this.origins = origins;
    this.begins = begins;
    this.accepting = accepting;
    this.start = start;
    for (int i = 0; i < origins.length; i++) {
      origins[i] = origins[i] == null ? this : origins[i];
    }
  }

  EarleySet successor(LexemeSet ended) {
    for (int i = 0; i < sets.length; i++) {
      if (sets[i] == ended) {
        return successors[i];
      }
    }
    return null;
  }

  void successor(LexemeSet ended, EarleySet row) {
    int count = sets.length;
    sets = Arrays.copyOf(sets, count + 1);
    successors = Arrays.copyOf(successors, count + 1);
    sets[count] = ended;
    successors[count] = row;
  }
}
