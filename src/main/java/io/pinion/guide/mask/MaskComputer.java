package io.pinion.guide.mask;

import io.pinion.guide.distinct.JsonMemory;
import io.pinion.guide.earley.Chart;
import io.pinion.guide.earley.EarleySet;
import io.pinion.guide.earley.FreshWays;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.LexemeSet;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.set.IntSet;
import io.pinion.guide.trie.ByteKinds;
import io.pinion.guide.trie.TokenTrie;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.guide.trie.VocabularySlice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Computes token masks: walks the token trie and the lexer together and sets the bits of the
 * allowed tokens. Subtrees below a byte that no lexeme accepts are skipped. Where the first lexeme
 * may end, the subtree is walked once more from the following Earley set. Not thread-safe; the
 * guide holds the lock.
 *
 * <p>Invariant: {@code states[d]} is the lexer's state, within the first lexeme, after the {@code
 * d} bytes that lead to the last visited node at depth {@code d}.
 */
public final class MaskComputer {
  /** The most tokens to store as a list; more are stored as a mask. */
  private static final int MAX_LISTED_TOKENS = 96;

  /** How many looks at a reading of a byte cost one step of the budget. */
  private static final int LOOKS_OF_A_STEP = 16;

  /** After any text of so many letters, there are more values than any text has. */
  private static final int CHARACTERS_OF_MANY = 5;

  private static final long MAX_SUMMARY_BYTES = 12 << 20;

  private final TokenTrie whole;
  private final VocabularySlice[] slices;
  private final SliceMatcher[] free;
  private final ByteRuns runs;
  private final Lexer lexer;
  private final Chart chart;

  /** Null where nothing has to differ from what came before. */
  private final FreshWays fresh;

  private final ReadingWalk walk;

  private final LexState dead;
  private final LexState[] states;
  private final long[] scratch;

  /** The mask of each lexer state, by the state's id; null if not computed. */
  private LexerStateMask[] summaries = new LexerStateMask[64];

  private long summaryBytes;

  /** As {@link #summaryBytes}, for other threads. */
  private volatile long bytes;

  /**
   * A computer of masks.
   *
   * @param fresh tells what may come after what the text said; null where that does not matter
   */
  public MaskComputer(TokenVocabulary vocabulary, Lexer lexer, Chart chart, FreshWays fresh) {
    TokenTrie trie = vocabulary.trie();
    this.whole = trie;
    this.slices = vocabulary.slices();
    this.runs = new ByteRuns(lexer);
    this.free = new SliceMatcher[slices.length];
    this.lexer = lexer;
    this.chart = chart;
    this.fresh = fresh;
    this.walk = new ReadingWalk(trie.deepest, lexer, chart, fresh);
    this.dead = lexer.dead();
    this.states = new LexState[trie.deepest + 1];
    this.scratch = new long[trie.words()];
  }

  /**
   * Adds the allowed tokens for a lexer state that started in the given Earley set.
   *
   * @param memory what the text said before; null where that does not matter
   * @return whether the mask is the same whatever the text said before
   */
  public boolean mask(EarleySet set, LexState state, JsonMemory memory, long[] mask) {
    walk.forget();
    LexerStateMask summary = summary(state);
    summary.addTo(mask);
    TokenTrie trie = summary.trie();
    int[] exits = summary.exits();
    for (int i = 0; i < exits.length; i++) {
      walk.below(trie, exits[i], chart.after(set, summary.ended()[i]), memory, mask);
    }
    int[] guarded = summary.guarded();
    for (int i = 0; i < guarded.length; i++) {
      walk.from(trie, guarded[i], set, summary.guardedFrom()[i], memory, mask);
    }
    return !walk.remembered();
  }

  /** The estimated memory use of the cached masks in bytes; any thread may ask. */
  public long bytes() {
    return bytes;
  }

  LexerStateMask summary(LexState state) {
    LexerStateMask known = state.id < summaries.length ? summaries[state.id] : null;
    return known == null ? keep(state, summarise(state)) : known;
  }

  /** Caches a state's mask. Drops all cached masks first if they use too much memory. */
  private LexerStateMask keep(LexState state, LexerStateMask summary) {
    if (summaryBytes > MAX_SUMMARY_BYTES) {
      Arrays.fill(summaries, null);
      summaryBytes = 0;
    }
    if (state.id >= summaries.length) {
      summaries = Arrays.copyOf(summaries, Math.max(state.id + 1, 2 * summaries.length));
    }
    summaries[state.id] = summary;
    summaryBytes += summary.bytes();
    bytes = summaryBytes;
    return summary;
  }

  /**
   * Takes the precomputed mask of a vocabulary slice if the state accepts any text of its
   * characters.
   */
  private LexerStateMask summarise(LexState state) {
    Arrays.fill(scratch, 0);
    for (int i = 0; i < free.length; i++) {
      VocabularySlice slice = slices[i];
      if (free[i] == null) {
        free[i] = new SliceMatcher(lexer, slice.set());
      }
      int characters = free[i].characters(state) - (fresh == null ? 0 : CHARACTERS_OF_MANY);
      int place = slice.place(characters);
      if (place >= 0) {
        long[] taken = slice.mask(place);
        System.arraycopy(taken, 0, scratch, 0, taken.length);
        return summarise(slice.others(place), state);
      }
    }
    return summarise(whole, state);
  }

  private LexerStateMask summarise(TokenTrie trie, LexState state) {
    IntSet exits = new IntSet();
    List<LexemeSet> ended = new ArrayList<>();
    IntSet guarded = new IntSet();
    List<LexState> guardedFrom = new ArrayList<>();
    int node = 0;
    states[0] = state;
    int looks = 0;
    while (node < trie.nodes) {
      looks++;
      int depth = trie.depth[node];
      LexState next = next(states[depth - 1], trie.value[node] & 0xff);
      if (next == dead) {
        node = trie.end[node];
        continue;
      }
      if (fresh != null && fresh.guards(next)) {
        guarded.add(node);
        guardedFrom.add(states[depth - 1]);
        node = trie.end[node];
        continue;
      }
      if (next.ended != null && trie.end[node] > node + 1) {
        exits.add(node);
        ended.add(next.ended);
      }
      if (takesAllBelow(trie, node, next)) {
        trie.markAll(node, scratch);
        node = trie.end[node];
      } else {
        states[depth] = next;
        trie.mark(node, scratch);
        node++;
      }
    }
    lexer.pool().spend(looks / LOOKS_OF_A_STEP);
    LexerStateMask free = summary(trie, exits.sorted(), ended.toArray(LexemeSet[]::new));
    return guardedFrom.isEmpty()
        ? free
        : free.guardedAt(guarded.sorted(), guardedFrom.toArray(LexState[]::new));
  }

  private boolean takesAllBelow(TokenTrie trie, int node, LexState state) {
    int height = trie.height[node];
    return height > 0
        && trie.kind[node] != ByteKinds.NONE
        && (fresh == null || next(state, trie.value[node + 1] & 0xff) == state)
        && runs.length(state, trie.kind[node]) >= height;
  }

  private LexerStateMask summary(TokenTrie trie, int[] exits, LexemeSet[] ended) {
    int count = 0;
    for (long word : scratch) {
      count += Long.bitCount(word);
    }
    if (count > MAX_LISTED_TOKENS) {
      return LexerStateMask.of(null, scratch.clone(), trie, exits, ended);
    }
    int[] tokens = new int[count];
    int at = 0;
    for (int i = 0; i < scratch.length; i++) {
      for (long word = scratch[i]; word != 0; word &= word - 1) {
        tokens[at++] = i << 6 | Long.numberOfTrailingZeros(word);
      }
    }
    return LexerStateMask.of(tokens, null, trie, exits, ended);
  }

  private LexState next(LexState state, int value) {
    LexState next = state.next[state.classes.of[value] & 0xff];
    return next == null ? lexer.next(state, value) : next;
  }
}
