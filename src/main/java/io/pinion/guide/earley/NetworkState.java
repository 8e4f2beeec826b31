package io.pinion.guide.earley;

/**
 * A state of a recursive transition network: what may come next inside one rule.
 *
 * @param lexemes lexemes that may come, in no order, and where each leads
 * @param lexemeTargets the state after each lexeme
 * @param calls rules that may come, and where each leads
 * @param callTargets the state after each rule
 * @param completes the rule that may end here, or {@link #NONE}
 */
public record NetworkState(
    int[] lexemes, int[] lexemeTargets, int[] calls, int[] callTargets, int completes) {
  static final int NONE = -1;
  private static final int[] NOTHING = {};

  /** The end of a rule, after which nothing of it can come. */
  public static NetworkState end(int rule) {
    return new NetworkState(NOTHING, NOTHING, NOTHING, NOTHING, rule);
  }

  /** Whether something of the rule may come. */
  boolean goesOn() {
    return lexemes.length + calls.length > 0;
  }
}
