package io.pinion.guide;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Walks the token tree beside the lexer and sets the bits of the tokens that fit. Subtrees below a
 * byte that nothing takes are skipped; where a lexeme may end, the walk of the subtree is done once
 * more from the row behind it.
 *
 * <p>Invariant: {@code states[d]} is the lexer's state after the first {@code d} bytes of the node
 * last seen at depth {@code d}, within the innermost lexeme.
 */
final class TokenWalk {
  private static final int FEW = 96;

  private final TokenTrie whole;
  private final FreeText[] free;
  private final Lexer lexer;
  private final Chart chart;
  private final LexState dead;
  private final LexState[] states;
  private final long[] scratch;

  private int[] resumeNode = new int[16];
  private int[] resumeEnd = new int[16];
  private Row[] resumeRow = new Row[16];
  private LexState[] resumeState = new LexState[16];

  TokenWalk(TokenTrie trie, Lexer lexer, Chart chart) {
    this.whole = trie;
    this.free = new FreeText[trie.slices().length];
    this.lexer = lexer;
    this.chart = chart;
    this.dead = lexer.dead();
    this.states = new LexState[trie.deepest + 1];
    this.scratch = new long[trie.words()];
  }

  /** Adds the tokens that may follow when the lexer is in a state that began in a row. */
  void mask(Row row, LexState state, long[] mask) {
    TokenSummary summary = summary(state);
    summary.addTo(mask);
    int[] exits = summary.exits();
    for (int i = 0; i < exits.length; i++) {
      Row after = chart.after(row, summary.ended()[i]);
      if (after.start != dead) {
        walk(summary.trie(), exits[i], after, mask);
      }
    }
  }

  TokenSummary summary(LexState state) {
    if (state.summary == null) {
      state.summary = summarise(state);
    }
    return state.summary;
  }

  /** Takes a slice of the vocabulary whole where the state takes any text of its characters. */
  private TokenSummary summarise(LexState state) {
    Arrays.fill(scratch, 0);
    for (int i = 0; i < free.length; i++) {
      TokenSlice slice = whole.slices()[i];
      if (free[i] == null) {
        free[i] = new FreeText(lexer, slice.set());
      }
      int place = slice.place(free[i].characters(state));
      if (place >= 0) {
        long[] taken = slice.mask(place);
        System.arraycopy(taken, 0, scratch, 0, taken.length);
        return summarise(slice.others(place), state);
      }
    }
    return summarise(whole, state);
  }

  private TokenSummary summarise(TokenTrie trie, LexState state) {
    IntSet exits = new IntSet();
    List<LexemeSet> ended = new ArrayList<>();
    int node = 0;
    states[0] = state;
    while (node < trie.nodes) {
      int depth = trie.depth[node];
      LexState next = next(states[depth - 1], trie.value[node] & 0xff);
      if (next == dead) {
        node = trie.end[node];
        continue;
      }
      states[depth] = next;
      trie.mark(node, scratch);
      if (next.ended != null && trie.end[node] > node + 1) {
        exits.add(node);
        ended.add(next.ended);
      }
      node++;
    }
    return summary(trie, exits.sorted(), ended.toArray(LexemeSet[]::new));
  }

  private TokenSummary summary(TokenTrie trie, int[] exits, LexemeSet[] ended) {
    int count = 0;
    for (long word : scratch) {
      count += Long.bitCount(word);
    }
    if (count > FEW) {
      return new TokenSummary(null, scratch.clone(), trie, exits, ended);
    }
    int[] tokens = new int[count];
    int at = 0;
    for (int i = 0; i < scratch.length; i++) {
      for (long word = scratch[i]; word != 0; word &= word - 1) {
        tokens[at++] = i << 6 | Long.numberOfTrailingZeros(word);
      }
    }
    return new TokenSummary(tokens, null, trie, exits, ended);
  }

  private LexState next(LexState state, int value) {
    LexState next = state.next[state.classes.of[value] & 0xff];
    return next == null ? lexer.next(state, value) : next;
  }

  /** Adds the tokens below a node, whose own byte ended a lexeme before a row. */
  private void walk(TokenTrie trie, int from, Row first, long[] mask) {
    int node = from + 1;
    int end = trie.end[from];
    Row row = first;
    states[trie.depth[from]] = row.start;
    int open = 0;
    while (true) {
      if (node >= end) {
        if (open == 0) {
          return;
        }
        open--;
        node = resumeNode[open];
        end = resumeEnd[open];
        row = resumeRow[open];
        states[trie.depth[node]] = resumeState[open];
        node = resumeState[open] == dead ? trie.end[node] : node + 1;
        continue;
      }
      int depth = trie.depth[node];
      LexState next = next(states[depth - 1], trie.value[node] & 0xff);
      if (next == dead) {
        node = trie.end[node];
        continue;
      }
      states[depth] = next;
      trie.mark(node, mask);
      int below = trie.end[node];
      if (next.ended != null && below > node + 1) {
        Row after = chart.after(row, next.ended);
        if (after.start != dead) {
          push(open++, node, end, row, lexer.continues(next) ? next : dead);
          row = after;
          states[depth] = after.start;
          end = below;
        }
      }
      node++;
    }
  }

  private void push(int open, int node, int end, Row row, LexState state) {
    if (open == resumeNode.length) {
      resumeNode = Arrays.copyOf(resumeNode, 2 * open);
      resumeEnd = Arrays.copyOf(resumeEnd, 2 * open);
      resumeRow = Arrays.copyOf(resumeRow, 2 * open);
      resumeState = Arrays.copyOf(resumeState, 2 * open);
    }
    resumeNode[open] = node;
    resumeEnd[open] = end;
    resumeRow[open] = row;
    resumeState[open] = state;
  }
}
