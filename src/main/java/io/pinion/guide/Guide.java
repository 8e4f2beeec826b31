package io.pinion.guide;

import io.pinion.guide.earley.Chart;
import io.pinion.guide.earley.ClosingCosts;
import io.pinion.guide.earley.EarleySet;
import io.pinion.guide.earley.ShortestClosing;
import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.mask.MaskComputer;
import io.pinion.guide.trie.GreedyTokenizer;
import io.pinion.guide.trie.TokenTrie;
import io.pinion.guide.trie.TokenVocabulary;
import java.util.Arrays;

/**
 * A compiled guide: which texts a row may be. Immutable to its users and shared by all rows that
 * ask for it; the automata that it builds on the way are guarded by its own lock, and every thread
 * may use it.
 */
public final class Guide {
  private static final int CACHED_MASKS = 64;

  /** Guards the automata, which grow as states walk them. */
  final Object lock = new Object();

  private final TokenTrie trie;
  private final Lexer lexer;
  private final Chart chart;
  private final TransitionNetwork network;
  private final MaskComputer walk;
  private final ClosingCosts costs;
  private final long[][] masks = new long[CACHED_MASKS][];
  private final EarleySet[] maskRows = new EarleySet[CACHED_MASKS];
  private final LexState[] maskStates = new LexState[CACHED_MASKS];

  Guide(TokenVocabulary vocabulary, TransitionNetwork network, Lexer lexer) {
    this.trie = vocabulary.trie();
    this.lexer = lexer;
    this.network = network;
    this.chart = new Chart(network, lexer);
    this.costs = new ClosingCosts(network, lexer);
    this.walk = new MaskComputer(vocabulary, lexer, chart);
  }

  /** The state before any text. */
  public GuideState start() {
    synchronized (lock) {
      lexer.pool().refuel();
      return new GuideState(this, chart.first());
    }
  }

  /**
   * A text in tokens, each the longest that fits.
   *
   * @return {@code null} where the vocabulary cannot write the text
   */
  public int[] spell(byte[] text) {
    return new GreedyTokenizer(trie).of(text);
  }

  TokenTrie trie() {
    return trie;
  }

  public Lexer lexer() {
    return lexer;
  }

  Chart chart() {
    return chart;
  }

  ShortestClosing closing() {
    return new ShortestClosing(network, lexer, costs);
  }

  /** Adds the tokens that may come in one lexer state that began in one row. */
  void mask(EarleySet row, LexState state, long[] mask) {
    int slot = (row.id * 31 + state.id * 0x9e3779b9 >>> 7) & CACHED_MASKS - 1;
    long[] known = masks[slot];
    if (known == null || maskRows[slot] != row || maskStates[slot] != state) {
      known = known == null ? new long[trie.words()] : known;
      Arrays.fill(known, 0);
      maskRows[slot] = null;
      walk.mask(row, state, known);
      masks[slot] = known;
      maskRows[slot] = row;
      maskStates[slot] = state;
    }
    for (int i = 0; i < known.length; i++) {
      mask[i] |= known[i];
    }
  }
}
