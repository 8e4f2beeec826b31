package io.pinion.guide.earley;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.ShortestText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the fewest bytes from a state of a network to the end of its rule. Not thread-safe; the
 * guide holds the lock.
 */
public final class ClosingCosts {
  static final int NEVER = Integer.MAX_VALUE / 4;
  private static final int MAX_STATES = 200_000;

  /** How many transitions that are looked at cost one step of the budget. */
  static final int WAYS_OF_A_STEP = 4;

  private final TransitionNetwork network;
  private final Lexer lexer;
  private final ShortestText shortest;
  private final Map<Integer, Integer> states = new HashMap<>();

  public ClosingCosts(TransitionNetwork network, Lexer lexer) {
    this.network = network;
    this.lexer = lexer;
    this.shortest = new ShortestText(lexer.pool());
  }

  ShortestText shortest() {
    return shortest;
  }

  /** The cost of a state; at least {@link #NEVER} if the end of its rule is unreachable. */
  int of(int state) {
    Integer known = states.get(state);
    if (known == null) {
      Map<Integer, NetworkState> reached = reach(state);
      List<Integer> order = new ArrayList<>(reached.keySet());
      Collections.reverse(order);
      Map<Integer, Integer> found = new HashMap<>();
      boolean changed = true;
      while (changed) {
        changed = false;
        for (int number : order) {
          changed |= improve(number, reached.get(number), found);
        }
      }
      order.forEach(number -> states.put(number, found.getOrDefault(number, NEVER)));
      known = states.get(state);
    }
    return known;
  }

  /** The states of unknown cost that are on paths from a state to the end of its rule. */
  private Map<Integer, NetworkState> reach(int start) {
    Deque<Integer> open = new ArrayDeque<>();
    Map<Integer, NetworkState> found = new LinkedHashMap<>();
    add(start, found, open);
    while (!open.isEmpty()) {
      int number = open.poll();
      if (found.size() > MAX_STATES) {
        throw new GuideLimitException(
            "the shortest end of the text needs more than " + MAX_STATES + " states");
      }
      NetworkState state = network.closing(number);
      spend(state);
      found.put(number, state);
      for (int target : state.lexemeTargets()) {
        add(target, found, open);
      }
      for (int i = 0; i < state.calls().length; i++) {
        add(state.callTargets()[i], found, open);
        for (int entry : network.entries(state.calls()[i])) {
          add(entry, found, open);
        }
      }
    }
    return found;
  }

  private void add(int number, Map<Integer, NetworkState> found, Deque<Integer> open) {
    if (!states.containsKey(number) && !found.containsKey(number)) {
      found.put(number, null);
      open.add(number);
    }
  }

  private void spend(NetworkState state) {
    lexer.pool().spend(1 + (state.lexemes().length + state.calls().length) / WAYS_OF_A_STEP);
  }

  /** Lowers the cost of a state by what is known of those after it; whether that changes it. */
  private boolean improve(int number, NetworkState state, Map<Integer, Integer> found) {
    spend(state);
    int best = state.completes() == NetworkState.NONE ? NEVER : 0;
    for (int i = 0; i < state.lexemes().length && best > 0; i++) {
      Regex lexeme = lexer.regex(state.lexemes()[i]);
      int after = cost(state.lexemeTargets()[i], found);
      if ((long) lexeme.shortest + after < best && !ShortestText.tooLong(lexeme)) {
        best = Math.min(best, shortest.of(lexeme).length + after);
      }
    }
    for (int i = 0; i < state.calls().length && best > 0; i++) {
      int after = cost(state.callTargets()[i], found);
      best = Math.min(best, rule(state.calls()[i], found) + after);
    }
    if (best >= found.getOrDefault(number, NEVER)) {
      return false;
    }
    found.put(number, best);
    return true;
  }

  private int cost(int state, Map<Integer, Integer> found) {
    Integer known = states.get(state);
    return known == null ? found.getOrDefault(state, NEVER) : known;
  }

  private int rule(int rule, Map<Integer, Integer> found) {
    int best = network.nullable(rule) ? 0 : NEVER;
    for (int entry : network.entries(rule)) {
      best = Math.min(best, cost(entry, found));
    }
    return best;
  }
}
