package io.pinion.guide.mask;

import io.pinion.guide.distinct.JsonMemory;
import io.pinion.guide.earley.Chart;
import io.pinion.guide.earley.EarleySet;
import io.pinion.guide.earley.FreshWays;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.trie.TokenTrie;
import java.util.Arrays;

/**
 * Walks parts of a token trie along with the parser.
 *
 * <p>A reading is a way to split the bytes into lexemes: an Earley set and a lexer state. The
 * readings down to depth {@code d} are those from {@code begin[d]} (inclusive) to {@code finish[d]}
 * (exclusive), without duplicates, so that ambiguous splits do not multiply. Not thread-safe; the
 * guide holds the lock.
 */
final class ReadingWalk {
  /** How many looks at a reading of a byte cost one step of the budget. */
  private static final int LOOKS_OF_A_STEP = 16;

  private static final int LOOKS_BETWEEN_SPENDING = 1 << 10;

  private final Lexer lexer;
  private final Chart chart;

  /** Null where nothing has to differ from what came before. */
  private final FreshWays fresh;

  private final LexState dead;
  private final int[] begin;
  private final int[] finish;

  /** What the text said at each depth. */
  private final JsonMemory[] memories;

  private EarleySet[] sets = new EarleySet[64];
  private LexState[] states = new LexState[64];
  private boolean remembered;

  ReadingWalk(int deepest, Lexer lexer, Chart chart, FreshWays fresh) {
    this.lexer = lexer;
    this.chart = chart;
    this.fresh = fresh;
    this.dead = lexer.dead();
    this.begin = new int[deepest + 1];
    this.finish = new int[deepest + 1];
    this.memories = new JsonMemory[deepest + 1];
  }

  /** Forgets that earlier walks depended on what the text said. */
  void forget() {
    remembered = false;
  }

  /** Whether a walk depended on what the text said before. */
  boolean remembered() {
    return remembered;
  }

  /**
   * Adds the tokens below a node after whose byte a lexeme ended, from the following Earley set.
   *
   * @param memory what the text said before the first byte; null where that does not matter
   */
  void below(TokenTrie trie, int node, EarleySet after, JsonMemory memory, long[] mask) {
    int depth = trie.depth[node];
    begin[depth] = 0;
    finish[depth] = 0;
    memories[depth] = memory == null ? null : after(memory, trie, node, depth);
    if (memory == null) {
      finish[depth] = after.start == dead ? 0 : add(0, 0, after, after.start);
    } else {
      finish[depth] = begin(0, 0, after, memories[depth]);
    }
    if (finish[depth] > 0) {
      walk(trie, node + 1, trie.end[node], mask);
    }
  }

  /** Adds the tokens of a node and below it from a reading before its byte. */
  void from(
      TokenTrie trie, int node, EarleySet set, LexState state, JsonMemory memory, long[] mask) {
    int depth = trie.depth[node] - 1;
    begin[depth] = 0;
    finish[depth] = add(0, 0, set, state);
    memories[depth] = after(memory, trie, node, depth);
    walk(trie, node, trie.end[node], mask);
  }

  /** What the text says after some of the bytes that lead to a node. */
  private static JsonMemory after(JsonMemory memory, TokenTrie trie, int node, int bytes) {
    byte[] text = trie.pathTo(node);
    JsonMemory after = memory;
    for (int i = 0; i < bytes; i++) {
      after = after.after(text[i] & 0xff);
    }
    return after;
  }

  private void walk(TokenTrie trie, int from, int end, long[] mask) {
    int node = from;
    long looks = 0;
    while (node < end) {
      int depth = trie.depth[node];
      looks += finish[depth - 1] - begin[depth - 1];
      if (looks > LOOKS_BETWEEN_SPENDING) {
        lexer.pool().spend((int) (looks / LOOKS_OF_A_STEP));
        looks = 0;
      }
      int value = trie.value[node] & 0xff;
      int open =
          memories[depth - 1] == null
              ? step(begin[depth - 1], finish[depth - 1], value)
              : freshStep(begin[depth - 1], finish[depth - 1], value, depth);
      if (open < 0) {
        node = trie.end[node];
        continue;
      }
      trie.mark(node, mask);
      begin[depth] = finish[depth - 1];
      finish[depth] = open;
      node = open == begin[depth] ? trie.end[node] : node + 1;
    }
    lexer.pool().spend((int) (looks / LOOKS_OF_A_STEP));
  }

  private LexState next(LexState state, int value) {
    LexState next = state.next[state.classes.of[value] & 0xff];
    return next == null ? lexer.next(state, value) : next;
  }

  /**
   * Advances each reading by a byte. Returns the end of the new readings, or -1 if none accepts it.
   */
  private int step(int from, int to, int value) {
    int end = to;
    boolean taken = false;
    for (int i = from; i < to; i++) {
      LexState next = next(states[i], value);
      if (next == dead) {
        continue;
      }
      taken = true;
      if (next.ended == null || lexer.continues(next)) {
        end = add(to, end, sets[i], next);
      }
      if (next.ended != null) {
        EarleySet after = chart.after(sets[i], next.ended);
        if (after.start != dead) {
          end = add(to, end, after, after.start);
        }
      }
    }
    return taken ? end : -1;
  }

  /** As {@link #step} to a depth, without what must differ from what came before but cannot. */
  private int freshStep(int from, int to, int value, int depth) {
    JsonMemory memory = null;
    int end = to;
    boolean taken = false;
    for (int i = from; i < to; i++) {
      LexState next = next(states[i], value);
      if (next == dead) {
        continue;
      }
      memory = memory == null ? memories[depth - 1].after(value) : memory;
      remembered |= fresh.guards(next, memory);
      LexState open = fresh.within(sets[i], next, memory);
      end = open == dead ? end : add(to, end, sets[i], open);
      LexemeSet ended = FreshWays.ended(next, memory);
      if (ended != null) {
        EarleySet after = chart.after(sets[i], ended);
        taken |= after.accepting;
        end = begin(to, end, after, memory);
      }
    }
    memories[depth] = memory;
    return taken || end > to ? end : -1;
  }

  /** Adds the reading that begins at an Earley set. */
  private int begin(int from, int end, EarleySet set, JsonMemory memory) {
    remembered |= fresh.guards(set.start, memory);
    LexState start = fresh.start(set, memory);
    return start == dead ? end : add(from, end, set, start);
  }

  private int add(int from, int end, EarleySet set, LexState state) {
    for (int i = from; i < end; i++) {
      if (sets[i] == set && states[i] == state) {
        return end;
      }
    }
    if (end == sets.length) {
      sets = Arrays.copyOf(sets, 2 * end);
      states = Arrays.copyOf(states, 2 * end);
    }
    sets[end] = set;
    states[end] = state;
    return end + 1;
  }
}
