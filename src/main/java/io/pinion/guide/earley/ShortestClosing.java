package io.pinion.guide.earley;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.ShortestText;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.function.Predicate;

/**
 * Finds the bytes that complete the current or next lexeme on the shortest path to the end of the
 * text. Of several shortest paths it takes the one whose next bytes come first, so that the text
 * does not depend on what the guide was used for before. For a single use.
 */
public final class ShortestClosing {
  private static final byte[] NOTHING = {};
  private static final int PER_CLOSING = 48;

  private final TransitionNetwork network;
  private final Lexer lexer;
  private final ClosingCosts costs;

  /** What is beyond each rule, as far as known; not final while {@link #depth} is above 0. */
  private final Map<Item, Integer> beyond = new HashMap<>();

  /** How many rules are being computed, each for the one before it. */
  private int depth;

  /** Whether a rule met itself, so that the costs of those in between are not final. */
  private boolean circular;

  private int best = ClosingCosts.NEVER;
  private byte[] text = NOTHING;

  private record Item(int rule, EarleySet origin) {}

  public ShortestClosing(TransitionNetwork network, Lexer lexer, ClosingCosts costs) {
    this.network = network;
    this.lexer = lexer;
    this.costs = costs;
  }

  /** Considers each lexeme of a lexer state that started in the given Earley set. */
  public void weigh(EarleySet set, LexState state) {
    int ignored = Arrays.binarySearch(state.lexemes, network.ignored());
    if (ignored >= 0 && hopeful(state.rests[ignored])) {
      take(state.rests[ignored], end(set), true);
    }
    // The most promising ways first: what they cost rules most of the others out.
    int least = leastBound(set, state);
    weighWhere(set, state, bound -> bound == least);
    weighWhere(set, state, bound -> bound != least);
  }

  /**
   * Considers each lexeme of a lexer state where some values must not come again.
   *
   * @param taken tells whether the text may go on with some bytes
   */
  public void weigh(EarleySet set, LexState state, Predicate<byte[]> taken) {
    for (int i = 0; i < state.lexemes.length; i++) {
      if (ShortestText.tooLong(state.rests[i])) {
        continue;
      }
      int lexeme = state.lexemes[i];
      byte[] rest = costs.shortest().of(state.rests[i], taken);
      int after = lexeme == network.ignored() ? end(set) : after(set, lexeme);
      boolean moves = rest != null && rest.length > 0;
      if (moves && after < ClosingCosts.NEVER && rest.length + after < best) {
        best = rest.length + after;
        text = rest;
      }
    }
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

  private int leastBound(EarleySet set, LexState state) {
    int least = ClosingCosts.NEVER;
    for (int number : set.states) {
      NetworkState from = network.state(number);
      for (int j = 0; j < from.lexemes().length; j++) {
        int at = Arrays.binarySearch(state.lexemes, from.lexemes()[j]);
        if (at >= 0 && hopeful(state.rests[at])) {
          least = Math.min(least, bound(state.rests[at], from.lexemeTargets()[j]));
        }
      }
    }
    return least;
  }

  /** What a way takes at least, from the rest of its lexeme to the end of its rule. */
  private int bound(Regex rest, int target) {
    return rest.shortest + network.leastToEnd(target);
  }

  private void weighWhere(EarleySet set, LexState state, IntPredicate wanted) {
    int ways = 0;
    for (int i = 0; i < set.states.length; i++) {
      NetworkState from = network.state(set.states[i]);
      int[] lexemes = from.lexemes();
      ways += 1 + lexemes.length / ClosingCosts.WAYS_OF_A_STEP;
      boolean first = true;
      for (int j = 0; j < lexemes.length; j++) {
        int at = Arrays.binarySearch(state.lexemes, lexemes[j]);
        if (at >= 0 && hopeful(state.rests[at])) {
          int target = from.lexemeTargets()[j];
          int bound = bound(state.rests[at], target);
          // Within a state the earlier of two equal ways wins, whatever their bytes are.
          if (wanted.test(bound) && (first ? bound <= best : bound < best)) {
            first &= !take(state.rests[at], total(target, set.origins[i]), first);
          }
        }
      }
    }
    lexer.pool().spend(ways);
  }

  /** Whether a lexeme is not at its end yet and may be on a path that is not too long. */
  private boolean hopeful(Regex rest) {
    return !rest.nullable && !ShortestText.tooLong(rest) && rest.shortest <= best;
  }

  /**
   * Takes a way if it is shorter than the best.
   *
   * @param after the bytes from the end of its lexeme on
   * @param ties whether it may replace one that is as short, if its bytes come first
   */
  private boolean take(Regex rest, int after, boolean ties) {
    if (after >= ClosingCosts.NEVER || (long) rest.shortest + after > best) {
      return false;
    }
    byte[] bytes = costs.shortest().of(rest);
    int cost = bytes.length + after;
    boolean better = cost < best || ties && cost == best && Arrays.compareUnsigned(bytes, text) < 0;
    if (better) {
      best = cost;
      text = bytes;
    }
    return better;
  }

  /** The bytes to write next; empty if there is no path. */
  public byte[] text() {
    return text;
  }

  /** The bytes to the end of the text, at least {@link ClosingCosts#NEVER} if there is no path. */
  public int cost() {
    return best;
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
    int here = costs.of(state);
    if (here >= ClosingCosts.NEVER) {
      return ClosingCosts.NEVER;
    }
    int beyond = beyond(network.rule(state), origin);
    return Math.min(here + beyond, ClosingCosts.NEVER);
  }

  /** The bytes from the end of a rule that began in a set to the end of the complete text. */
  private int beyond(int rule, EarleySet origin) {
    int known = origin.closing(rule);
    if (known >= 0) {
      return known;
    }
    Item item = new Item(rule, origin);
    Integer begun = beyond.putIfAbsent(item, ClosingCosts.NEVER);
    if (begun != null) {
      circular = true;
      return begun;
    }
    depth++;
    int found = compute(rule, origin);
    depth--;
    beyond.put(item, found);
    if (depth == 0 || !circular) {
      origin.closing(rule, found);
      lexer.pool().hold(PER_CLOSING);
    }
    if (depth == 0) {
      circular = false;
      beyond.clear();
    }
    return found;
  }

  private int compute(int rule, EarleySet origin) {
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
