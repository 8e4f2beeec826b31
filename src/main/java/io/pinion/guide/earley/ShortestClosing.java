package io.pinion.guide.earley;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.ShortestText;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Finds the bytes that complete the current or next lexeme on the shortest path to the end of the
 * text. For a single use.
 */
public final class ShortestClosing {
  private record Item(int state, EarleySet origin) {}

  private final TransitionNetwork network;
  private final Lexer lexer;
  private final ClosingCosts costs;
  private final Map<Item, Integer> totals = new HashMap<>();
  private int best = ClosingCosts.NEVER;
  private byte[] text = {};

  public ShortestClosing(TransitionNetwork network, Lexer lexer, ClosingCosts costs) {
    this.network = network;
    this.lexer = lexer;
    this.costs = costs;
  }

  /**
   * Considers each lexeme of a lexer state that started in the given Earley set.
   *
   * @param taken tells whether the text may go on with some bytes; null where it may with all that
   *     the state allows
   */
  public void weigh(EarleySet set, LexState state, Predicate<byte[]> taken) {
    for (int i = 0; i < state.lexemes.length; i++) {
      if (ShortestText.tooLong(state.rests[i])) {
        continue;
      }
      int lexeme = state.lexemes[i];
      Regex regex = state.rests[i];
      byte[] rest = taken == null ? costs.shortest().of(regex) : costs.shortest().of(regex, taken);
      int after = lexeme == network.ignored() ? end(set) : after(set, lexeme);
      boolean moves = rest != null && rest.length > 0;
      if (moves && after < ClosingCosts.NEVER && rest.length + after < best) {
        best = rest.length + after;
        text = rest;
      }
    }
  }

  /** How many bytes the shortest text has; very many if there is no path. */
  int length() {
    return best;
  }

  /** The bytes to write next; empty if there is no path. */
  public byte[] text() {
    return text;
  }

  private int after(EarleySet set, int lexeme) {
    int least = ClosingCosts.NEVER;
    lexer.pool().spend(set.states.length);
    for (int i = 0; i < set.states.length; i++) {
      NetworkState state = network.state(set.states[i]);
      for (int j = 0; j < state.lexemes().length; j++) {
        if (state.lexemes()[j] == lexeme) {
          least = Math.min(least, total(state.lexemeTargets()[j], set.origins[i]));
        }
      }
    }
    return least;
  }

  private int end(EarleySet set) {
    int least = set.accepting ? 0 : ClosingCosts.NEVER;
    lexer.pool().spend(set.states.length);
    for (int i = 0; i < set.states.length; i++) {
      least = Math.min(least, total(set.states[i], set.origins[i]));
    }
    return least;
  }

  /** The bytes from an item to the end of the complete text. */
  private int total(int state, EarleySet origin) {
    Item item = new Item(state, origin);
    Integer known = totals.putIfAbsent(item, ClosingCosts.NEVER);
    if (known != null) {
      return known;
    }
    int here = costs.of(state);
    int found =
        here >= ClosingCosts.NEVER
            ? ClosingCosts.NEVER
            : here + beyond(network.rule(state), origin);
    totals.put(item, found);
    return found;
  }

  private int beyond(int rule, EarleySet origin) {
    int least = origin.begins && rule == network.root() ? 0 : ClosingCosts.NEVER;
    lexer.pool().spend(origin.states.length);
    for (int i = 0; i < origin.states.length && least > 0; i++) {
      NetworkState state = network.state(origin.states[i]);
      for (int j = 0; j < state.calls().length; j++) {
        if (state.calls()[j] == rule) {
          least = Math.min(least, total(state.callTargets()[j], origin.origins[i]));
        }
      }
    }
    return least;
  }
}
