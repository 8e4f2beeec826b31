package io.pinion.guide.earley;

/**
 * A grammar as a recursive transition network. States are created when they are first reached, so
 * counts and sets of keys seen so far can be part of a state and need no rules of their own. Every
 * rule derives at least one text.
 */
public interface TransitionNetwork {
  /** The most states that a network may have. */
  int MAX_STATES = 500_000;

  /** The start rule. */
  int root();

  /** The initial states of a rule. */
  int[] entries(int rule);

  /** Whether a rule derives the empty text. */
  boolean nullable(int rule);

  NetworkState state(int number);

  /** The rule that a state belongs to. */
  int rule(int number);

  /** The state with only the transitions needed for a shortest path to the end of its rule. */
  default NetworkState closing(int number) {
    return state(number);
  }

  /** A number of bytes that a text from a state to the end of its rule has at least. */
  default int leastToEnd(int number) {
    return 0;
  }

  /** Whether some lexemes are distinct ones, so that it matters what came before. */
  default boolean remembers() {
    return false;
  }

  /**
   * Whether what must differ from what came before may be bound to be the same some lexemes before
   * it ends.
   */
  default boolean looksAhead() {
    return false;
  }

  /** The lexeme that is allowed before and after every other one, or -1. */
  default int ignored() {
    return -1;
  }
}
