package io.pinion.guide.earley;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.set.IntArrayKey;
import io.pinion.guide.set.IntSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Computes the Earley sets of a network. Sets are interned. When there are too many, the table is
 * cleared; sets in use stay alive by reference.
 *
 * <p>Not thread-safe; its guide holds the lock.
 */
public final class Chart {
  private static final int MAX_SETS = 20_000;
  private static final int MAX_KEPT_ITEMS = 500_000;
  private static final int MAX_ITEMS = 50_000;

  /** How many transitions that are looked at cost one step of the budget. */
  private static final int WAYS_OF_A_STEP = 8;

  private final TransitionNetwork network;
  private final Lexer lexer;
  private final Map<IntArrayKey, EarleySet> sets = new HashMap<>();
  private final EarleySetBuilder items = new EarleySetBuilder();
  private final IntSet expected = new IntSet();
  private int made;
  private int keptItems;
  private EarleySet first;

  public Chart(TransitionNetwork network, Lexer lexer) {
    this.network = network;
    this.lexer = lexer;
  }

  /** The Earley set before any text. */
  public EarleySet first() {
    if (first == null) {
      items.clear();
      for (int entry : network.entries(network.root())) {
        items.add(entry, null);
      }
      first = close(network.nullable(network.root()), true);
    }
    return first;
  }

  /** The Earley set after a lexeme that is one of {@code ended}. */
  public EarleySet after(EarleySet set, LexemeSet ended) {
    EarleySet known = set.successor(ended);
    if (known == null) {
      known = scan(set, ended);
      set.successor(ended, known);
    }
    return known;
  }

  private EarleySet scan(EarleySet set, LexemeSet ended) {
    items.clear();
    lexer.pool().spend(set.states.length);
    int ignored = network.ignored();
    boolean stays = ignored >= 0 && ended.contains(ignored);
    for (int i = 0; i < set.states.length; i++) {
      NetworkState state = network.state(set.states[i]);
      if (stays) {
        items.add(set.states[i], set.origins[i] == set ? null : set.origins[i]);
      }
      int[] lexemes = state.lexemes();
      for (int j = 0; j < lexemes.length; j++) {
        if (ended.contains(lexemes[j])) {
          items.add(state.lexemeTargets()[j], set.origins[i]);
        }
      }
    }
    if (stays && ended.lexemes().length == 1) {
      return set;
    }
    return close(stays && set.accepting, false);
  }

  /** Completes and predicts until no new items appear, and interns the Earley set. */
  private EarleySet close(boolean acceptingBefore, boolean begins) {
    boolean accepting = acceptingBefore;
    for (int i = 0; i < items.size(); i++) {
      if (items.size() > MAX_ITEMS) {
        throw new GuideLimitException(
            "the guide needs more than " + MAX_ITEMS + " items in an Earley set");
      }
      int number = items.state(i);
      EarleySet origin = items.origin(i);
      NetworkState state = network.state(number);
      lexer.pool().spend(1 + (state.lexemes().length + state.calls().length) / WAYS_OF_A_STEP);
      if (state.completes() != NetworkState.NONE && origin != null) {
        accepting |= origin.begins && state.completes() == network.root();
        complete(state.completes(), origin);
      }
      predict(state, origin);
    }
    return intern(accepting, begins);
  }

  private void complete(int rule, EarleySet origin) {
    lexer.pool().spend(origin.states.length / WAYS_OF_A_STEP);
    for (int i = 0; i < origin.states.length; i++) {
      NetworkState state = network.state(origin.states[i]);
      int[] calls = state.calls();
      for (int j = 0; j < calls.length; j++) {
        if (calls[j] == rule) {
          items.add(state.callTargets()[j], origin.origins[i]);
        }
      }
    }
  }

  private void predict(NetworkState state, EarleySet origin) {
    int[] calls = state.calls();
    for (int i = 0; i < calls.length; i++) {
      for (int entry : network.entries(calls[i])) {
        items.add(entry, null);
      }
      if (network.nullable(calls[i])) {
        items.add(state.callTargets()[i], origin);
      }
    }
    int[] lexemes = state.lexemes();
    for (int i = 0; i < lexemes.length; i++) {
      if (lexer.nullable(lexemes[i])) {
        items.add(state.lexemeTargets()[i], origin);
      }
    }
  }

  private EarleySet intern(boolean accepting, boolean begins) {
    expected.clear();
    int kept = items.keepOpen(network, expected);
    if (network.ignored() >= 0 && (kept > 0 || accepting)) {
      expected.add(network.ignored());
    }
    int[] key = items.key(kept, accepting);
    EarleySet known = sets.get(new IntArrayKey(key));
    if (known != null && !begins) {
      return known;
    }
    if (sets.size() >= MAX_SETS || keptItems > MAX_KEPT_ITEMS) {
      sets.clear();
      keptItems = 0;
      first = null;
    }
    keptItems += kept;
    LexState start = lexer.start(expected.sorted());
    EarleySet set =
        new EarleySet(made++, items.states(kept), items.origins(kept), begins, accepting, start);
    if (!begins) {
      sets.put(new IntArrayKey(key), set);
    }
    return set;
  }
}
