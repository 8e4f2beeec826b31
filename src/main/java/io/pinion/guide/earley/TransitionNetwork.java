package io.pinion.guide.earley;

/**
 * A grammar as a recursive transition network. Its states are made when they are first reached, so
 * that counts and sets of seen keys are states rather than rules. Every rule derives some text.
 */
public interface TransitionNetwork {
  /** The most states that a network may have. */
  int MAX_STATES = 500_000;

  /** The start rule. */
  int root();

  /** The states in which a rule may begin. */
  int[] entries(int rule);

  /** Whether a rule derives the empty text. */
  boolean nullable(int rule);

  NetworkState state(int number);

  /** The rule that a state belongs to. */
  int rule(int number);

  /** The state with just the transitions that a shortest path to the end of its rule needs. */
  default NetworkState closing(int number) {
    return state(number);
  }

  /** The lexeme that may stand before and after every other one, or -1. */
  default int ignored() {
    return -1;
  }
}
