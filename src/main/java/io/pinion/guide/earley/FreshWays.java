package io.pinion.guide.earley;

import io.pinion.guide.distinct.FreshValues;
import io.pinion.guide.distinct.JsonMemory;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.lexer.Lexer;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Which readings of a text may go on so that what must differ from what came before can do so.
 *
 * <p>For single lexemes {@link FreshValues} tells. An array or object that must differ may be bound
 * to become one that came before, some lexemes before it ends. So where a text is within an item
 * that has others before it, each reading must have a way to the end of the item, or to a lexeme of
 * so many values that some of them make a difference. Not thread-safe; the guide holds the lock.
 */
public final class FreshWays {
  private static final int MAX_RESTS = 4096;

  /** A reading, and its distance from where a search began. */
  private record Step(EarleySet set, LexState state, JsonMemory memory, int length, int rest) {
    int estimate() {
      return length + rest;
    }
  }

  private record Reading(EarleySet set, LexState state) {}

  private final TransitionNetwork network;
  private final Lexer lexer;
  private final Chart chart;
  private final ClosingCosts costs;
  private final FreshValues values;

  /** The length of the shortest text after each reading that searches came by lately. */
  private final Map<Reading, Integer> rests = new HashMap<>();

  private FreshWays(TransitionNetwork network, Lexer lexer, Chart chart, ClosingCosts costs) {
    this.network = network;
    this.lexer = lexer;
    this.chart = chart;
    this.costs = costs;
    this.values = new FreshValues(lexer);
  }

  /** Those of a network; null where nothing has to differ from what came before. */
  public static FreshWays of(
      TransitionNetwork network, Lexer lexer, Chart chart, ClosingCosts costs) {
    return network.remembers() ? new FreshWays(network, lexer, chart, costs) : null;
  }

  /** The lexemes that may end in a state that a text with some memory led to; null for none. */
  public static LexemeSet ended(LexState state, JsonMemory memory) {
    return FreshValues.ended(state, memory);
  }

  /** Whether it may depend on the text before where a state ends or goes on. */
  public boolean guards(LexState state) {
    return values.guards(state) || network.looksAhead() && !values.hasMany(state);
  }

  /** Whether it depends on a text before. */
  public boolean guards(LexState state, JsonMemory memory) {
    return values.guards(state) || network.looksAhead() && memory.isWithinItem();
  }

  /** What of a lexer state may go on, within its lexemes; the dead state for nothing. */
  public LexState within(EarleySet set, LexState state, JsonMemory memory) {
    LexState open = values.open(state, memory);
    boolean goesOn = open != lexer.dead() && (open.ended == null || lexer.continues(open));
    return goesOn && leadsOn(set, open, memory) ? open : lexer.dead();
  }

  /** As {@link #within}, of the state in which an Earley set starts. */
  public LexState start(EarleySet set, JsonMemory memory) {
    LexState open = values.open(set.start, memory);
    return open != lexer.dead() && leadsOn(set, open, memory) ? open : lexer.dead();
  }

  private boolean leadsOn(EarleySet set, LexState state, JsonMemory memory) {
    return !network.looksAhead()
        || !memory.isWithinItem()
        || values.hasMany(state)
        || search(set, state, memory);
  }

  /**
   * Searches best-first by the length of the shortest text that the grammar has. So it goes
   * straight to the end of the item, and turns to longer ways only where that has come before.
   */
  private boolean search(EarleySet set, LexState state, JsonMemory memory) {
    Set<List<Object>> done = new HashSet<>();
    PriorityQueue<Step> open =
        new PriorityQueue<>(
            Comparator.comparingInt(Step::estimate)
                .thenComparing(Comparator.comparingInt(Step::length).reversed()));
    int item = memory.item();
    open.add(new Step(set, state, memory, 0, 0));
    while (!open.isEmpty()) {
      Step step = open.poll();
      lexer.pool().spend();
      if (!step.memory.isWithin(item) || values.hasMany(step.state)) {
        return true;
      }
      if (done.add(List.of(step.set, step.state, step.memory.since(item)))) {
        for (int value = 0; value < 256; value++) {
          LexState next = lexer.next(step.state, value);
          if (next != lexer.dead() && !step.memory.isSpace(value)) {
            advance(step, next, value, open);
          }
        }
      }
    }
    return false;
  }

  private void advance(Step step, LexState next, int value, PriorityQueue<Step> into) {
    JsonMemory memory = step.memory.after(value);
    LexState open = values.open(next, memory);
    if (open != lexer.dead() && (open.ended == null || lexer.continues(open))) {
      into.add(step(step, step.set, open, memory));
    }
    LexemeSet ended = ended(next, memory);
    if (ended != null) {
      EarleySet after = chart.after(step.set, ended);
      LexState start = values.open(after.start, memory);
      if (start != lexer.dead()) {
        into.add(step(step, after, start, memory));
      }
    }
  }

  private Step step(Step before, EarleySet set, LexState state, JsonMemory memory) {
    if (rests.size() >= MAX_RESTS) {
      rests.clear();
    }
    int rest = rests.computeIfAbsent(new Reading(set, state), this::rest);
    return new Step(set, state, memory, before.length + 1, rest);
  }

  private int rest(Reading reading) {
    ShortestClosing closing = new ShortestClosing(network, lexer, costs);
    closing.weigh(reading.set, reading.state);
    return closing.cost();
  }
}
