package io.pinion.guide.earley;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.ShortestText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
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
  private static final int WAYS_OF_A_STEP = 4;

  private final TransitionNetwork network;
  private final Lexer lexer;
  private final ShortestText shortest;
  private final Map<Integer, Integer> states = new HashMap<>();
  private final Map<Integer, Integer> rules = new HashMap<>();

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
      List<Integer> reached = reach(state);
      reached.forEach(number -> states.put(number, NEVER));
      boolean changed = true;
      while (changed) {
        changed = false;
        for (int i = reached.size() - 1; i >= 0; i--) {
          changed |= improve(reached.get(i));
        }
      }
      known = states.get(state);
    }
    return known;
  }

  /** The states of unknown cost that are on paths from a state to the end of its rule. */
  private List<Integer> reach(int start) {
    Deque<Integer> open = new ArrayDeque<>();
    Map<Integer, Boolean> seen = new HashMap<>();
    List<Integer> found = new ArrayList<>();
    add(start, seen, open);
    while (!open.isEmpty()) {
      int number = open.poll();
      found.add(number);
      if (found.size() > MAX_STATES) {
        throw new GuideLimitException(
            "the shortest end of the text needs more than " + MAX_STATES + " states");
      }
      NetworkState state = network.closing(number);
      for (int target : state.lexemeTargets()) {
        add(target, seen, open);
      }
      for (int i = 0; i < state.calls().length; i++) {
        add(state.callTargets()[i], seen, open);
        for (int entry : network.entries(state.calls()[i])) {
          add(entry, seen, open);
        }
      }
    }
    return found;
  }

  private void add(int number, Map<Integer, Boolean> seen, Deque<Integer> open) {
    if (!states.containsKey(number) && seen.put(number, true) == null) {
      open.add(number);
    }
  }

  private boolean improve(int number) {
    NetworkState state = network.closing(number);
    lexer.pool().spend(1 + (state.lexemes().length + state.calls().length) / WAYS_OF_A_STEP);
    int best = state.completes() == NetworkState.NONE ? NEVER : 0;
    for (int i = 0; i < state.lexemes().length && best > 0; i++) {
      Regex lexeme = lexer.regex(state.lexemes()[i]);
      if (!ShortestText.tooLong(lexeme)) {
        best = Math.min(best, shortest.of(lexeme).length + states.get(state.lexemeTargets()[i]));
      }
    }
    for (int i = 0; i < state.calls().length && best > 0; i++) {
      best = Math.min(best, rule(state.calls()[i]) + states.get(state.callTargets()[i]));
    }
    if (best >= states.get(number)) {
      return false;
    }
    states.put(number, best);
    return true;
  }

  private int rule(int rule) {
    int best = network.nullable(rule) ? 0 : rules.getOrDefault(rule, NEVER);
    for (int entry : network.entries(rule)) {
      best = Math.min(best, states.getOrDefault(entry, NEVER));
    }
    rules.put(rule, best);
    return best;
  }
}
