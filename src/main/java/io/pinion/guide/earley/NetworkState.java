package io.pinion.guide.earley;

/**
 * A state of a recursive transition network, with the transitions to other states of its rule.
 *
 * @param lexemes the lexemes that may come next, in no order
 * @param lexemeTargets the state after each lexeme
 * @param calls the rules that may come next, in no order
 * @param callTargets the state after each rule
 * @param completes the rule that may end here, or {@link #NONE}
 */
public record NetworkState(
    int[] lexemes, int[] lexemeTargets, int[] calls, int[] callTargets, int completes) {
  static final int NONE = -1;
  private static final int[] NOTHING = {};

  /** The end of a rule, without transitions. */
  public static NetworkState end(int rule) {
    return new NetworkState(NOTHING, NOTHING, NOTHING, NOTHING, rule);
  }

  /** Whether the rule can advance from here. */
  boolean goesOn() {
    return lexemes.length + calls.length > 0;
  }
}
