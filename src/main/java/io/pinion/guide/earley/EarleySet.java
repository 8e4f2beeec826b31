package io.pinion.guide.earley;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * An Earley set: the parser's items between two lexemes. It has no position in the text, only
 * references to the sets in which its items began. Equal sets are therefore one object, which
 * caches its successors. Not thread-safe; the guide holds the lock.
 */
public final class EarleySet {
  private static final LexemeSet[] NO_ENDINGS = {};
  private static final EarleySet[] NO_SUCCESSORS = {};

  public final int id;
  final int[] states;

  /** The set in which each item began; this set for items that begin here. */
  final EarleySet[] origins;

  /** Whether this is the set before any text. */
  final boolean begins;

  /** Whether the text may end here. */
  public final boolean accepting;

  /** The lexer's start state; its dead state if nothing may follow. */
  public final LexState start;

  private LexemeSet[] endings = NO_ENDINGS;
  private EarleySet[] successors = NO_SUCCESSORS;
  private Map<Integer, Integer> closings = Map.of();

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

  /**
   * The fewest bytes from the end of a rule that began here to the end of the text; negative if not
   * known.
   */
  int closing(int rule) {
    return closings.getOrDefault(rule, -1);
  }

  void closing(int rule, int bytes) {
    if (closings.isEmpty()) {
      closings = new HashMap<>();
    }
    closings.put(rule, bytes);
  }
}
