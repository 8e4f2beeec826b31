package io.pinion.guide;

import java.util.Arrays;

/**
 * An Earley row: the items that hold between two lexemes. A row does not know its place in the
 * text, only the rows where its items began, so equal rows are one object and remember what follows
 * them.
 */
final class Row {
  private static final LexemeSet[] NO_SETS = {};
  private static final Row[] NO_ROWS = {};

  final int id;
  final int[] states;

  /** Where each item began; the row itself for those that begin here. */
  final Row[] origins;

  /** Whether this is the row before any text. */
  final boolean begins;

  /** Whether the text may end here. */
  final boolean accepting;

  /** Where the lexer begins; its dead state when nothing may follow. */
  final LexState start;

  private LexemeSet[] sets = NO_SETS;
  private Row[] successors = NO_ROWS;

  Row(int id, int[] states, Row[] origins, boolean begins, boolean accepting, LexState start) {
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

  Row successor(LexemeSet ended) {
    for (int i = 0; i < sets.length; i++) {
      if (sets[i] == ended) {
        return successors[i];
      }
    }
    return null;
  }

  void successor(LexemeSet ended, Row row) {
    int count = sets.length;
    sets = Arrays.copyOf(sets, count + 1);
    successors = Arrays.copyOf(successors, count + 1);
    sets[count] = ended;
    successors[count] = row;
  }
}
