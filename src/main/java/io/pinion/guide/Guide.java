package io.pinion.guide;

import io.pinion.guide.distinct.JsonMemory;
import io.pinion.guide.earley.Chart;
import io.pinion.guide.earley.ClosingCosts;
import io.pinion.guide.earley.EarleySet;
import io.pinion.guide.earley.FreshWays;
import io.pinion.guide.earley.ShortestClosing;
import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.mask.MaskComputer;
import io.pinion.guide.trie.GreedyTokenizer;
import io.pinion.guide.trie.TokenTrie;
import io.pinion.guide.trie.TokenVocabulary;

/**
 * A compiled guide: which texts a row may have. Thread-safe and immutable to its users, so that all
 * rows share one; the automata that it builds as it is used are guarded by its own lock. Holds no
 * native memory.
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

  /** Null where nothing has to differ from what came before. */
  private final FreshWays fresh;

  private final MaskPart[] masks = new MaskPart[CACHED_MASKS];
  private final EarleySet[] maskSets = new EarleySet[CACHED_MASKS];
  private final LexState[] maskStates = new LexState[CACHED_MASKS];

  Guide(TokenVocabulary vocabulary, TransitionNetwork network, Lexer lexer) {
    this.trie = vocabulary.trie();
    this.lexer = lexer;
    this.network = network;
    this.chart = new Chart(network, lexer);
    this.costs = new ClosingCosts(network, lexer);
    this.fresh = FreshWays.of(network, lexer, chart, costs);
    this.walk = new MaskComputer(vocabulary, lexer, chart, fresh);
  }

  /** The state before any text. */
  public GuideState start() {
    synchronized (lock) {
      lexer.pool().refuel();
      return new GuideState(this, chart.first(), fresh == null ? null : JsonMemory.START);
    }
  }

  /**
   * Tokenizes a text greedily: each token is the longest that fits.
   *
   * @return {@code null} where the vocabulary has no tokens for some byte
   */
  public int[] spell(byte[] text) {
    return new GreedyTokenizer(trie).of(text);
  }

  TokenTrie trie() {
    return trie;
  }

  /** The estimated memory use in bytes when the guide was last asked; any thread may ask. */
  long bytes() {
    return lexer.pool().bytesAtLastTurn() + CACHED_MASKS * 8L * trie.words() + walk.bytes();
  }

  /**
   * Whether the automata have grown so much that new rows should have others; any thread may ask.
   */
  boolean isWorn() {
    return lexer.pool().isWorn();
  }

  /** The lexer of the guide, to be used under its lock alone. */
  public Lexer lexer() {
    return lexer;
  }

  Chart chart() {
    return chart;
  }

  ShortestClosing closing() {
    return new ShortestClosing(network, lexer, costs);
  }

  FreshWays fresh() {
    return fresh;
  }

  /**
   * The tokens that may come in one lexer state that began in one Earley set.
   *
   * @param memory what the text said before; null where that does not matter
   */
  MaskPart part(EarleySet set, LexState state, JsonMemory memory) {
    int slot = (set.id * 31 + state.id * 0x9e3779b9 >>> 7) & CACHED_MASKS - 1;
    if (maskSets[slot] == set && maskStates[slot] == state) {
      return masks[slot];
    }
    long[] words = new long[trie.words()];
    boolean lasting = walk.mask(set, state, memory, words);
    MaskPart part = new MaskPart(words, lasting);
    if (lasting) {
      masks[slot] = part;
      maskSets[slot] = set;
      maskStates[slot] = state;
    }
    return part;
  }
}
