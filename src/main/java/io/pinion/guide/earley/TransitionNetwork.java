package io.pinion.guide.earley;

/**
 * A grammar as a recursive transition network whose states are made when they are first reached, so
 * that counts and sets of keys seen are states, not grammar. Every rule of it derives some text.
 */
public interface TransitionNetwork {
  /** How many states a network has at most. */
  int MAX_STATES = 500_000;

  /** The rule that the whole text is. */
  int root();

  /** The states in which a rule may begin. */
  int[] entries(int rule);

  /** Whether a rule may be the empty text. */
  boolean nullable(int rule);

  NetworkState state(int number);

  /** The rule that a state belongs to. */
  int rule(int number);

  /** The state with just those ways on that a shortest way to the rule's end needs. */
  default NetworkState closing(int number) {
    return state(number);
  }

  /** The lexeme that may stand before and after every other one, or -1. */
  default int ignored() {
    return -1;
  }
}
