package io.pinion.guide.earley;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import java.util.Arrays;

/**
 * An Earley set: the items that hold between two lexemes. It does not know its place in the text,
 * only the sets in which its items began, so equal sets are one object and remember what follows
 * them. Not thread-safe; its guide holds the lock.
 */
public final class EarleySet {
  private static final LexemeSet[] NO_ENDINGS = {};
  private static final EarleySet[] NO_SUCCESSORS = {};

  public final int id;
  final int[] states;

  /** Where each item began; the set itself for those that begin here. */
  final EarleySet[] origins;

  /** Whether this is the set before any text. */
  final boolean begins;

  /** Whether the text may end here. */
  public final boolean accepting;

  /** Where the lexer begins; its dead state when nothing may follow. */
  public final LexState start;

  private LexemeSet[] endings = NO_ENDINGS;
  private EarleySet[] successors = NO_SUCCESSORS;

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
    for (int i = 0; i < endings.length; i++) {
      if (endings[i] == ended) {
        return successors[i];
      }
    }
    return null;
  }

  void successor(LexemeSet ended, EarleySet set) {
    int count = endings.length;
    endings = Arrays.copyOf(endings, count + 1);
    successors = Arrays.copyOf(successors, count + 1);
    endings[count] = ended;
    successors[count] = set;
  }
}
