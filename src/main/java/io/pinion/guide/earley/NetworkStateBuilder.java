package io.pinion.guide.earley;

import java.util.Arrays;

/** Builds a state from its transitions. */
public final class NetworkStateBuilder {
  private int[] lexemes = new int[4];
  private int[] lexemeTargets = new int[4];
  private int[] calls = new int[2];
  private int[] callTargets = new int[2];
  private int lexemeCount;
  private int callCount;
  private int completes = NetworkState.NONE;

  public NetworkStateBuilder lexeme(int lexeme, int target) {
    if (lexemeCount == lexemes.length) {
      lexemes = Arrays.copyOf(lexemes, 2 * lexemeCount);
      lexemeTargets = Arrays.copyOf(lexemeTargets, 2 * lexemeCount);
    }
    lexemes[lexemeCount] = lexeme;
    lexemeTargets[lexemeCount++] = target;
    return this;
  }

  public NetworkStateBuilder call(int rule, int target) {
    if (callCount == calls.length) {
      calls = Arrays.copyOf(calls, 2 * callCount);
      callTargets = Arrays.copyOf(callTargets, 2 * callCount);
    }
    calls[callCount] = rule;
    callTargets[callCount++] = target;
    return this;
  }

  public NetworkStateBuilder completes(int rule) {
    completes = rule;
    return this;
  }

  public NetworkState build() {
    return new NetworkState(
        Arrays.copyOf(lexemes, lexemeCount),
        Arrays.copyOf(lexemeTargets, lexemeCount),
        Arrays.copyOf(calls, callCount),
        Arrays.copyOf(callTargets, callCount),
        completes);
  }
}
