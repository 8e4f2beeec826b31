package io.pinion.guide.trie;

import java.util.Arrays;

/** Tokenizes text greedily: each token is the longest that matches. Thread-safe. */
public final class GreedyTokenizer {
  private final TokenTrie trie;

  public GreedyTokenizer(TokenTrie trie) {
    this.trie = trie;
  }

  /** The tokens; {@code null} if no token begins with the next byte. */
  public int[] of(byte[] text) {
    int[] tokens = new int[text.length];
    int count = 0;
    int at = 0;
    while (at < text.length) {
      int longest = longest(text, at);
      if (longest < 0) {
        return null;
      }
      tokens[count++] = trie.token[longest];
      at += trie.depth[longest];
    }
    return Arrays.copyOf(tokens, count);
  }

  /** The node of the longest token that the text continues with, or -1. */
  private int longest(byte[] text, int from) {
    int found = -1;
    int node = 0;
    int end = trie.nodes;
    for (int at = from; at < text.length && node < end; at++) {
      while (node < end && trie.value[node] != text[at]) {
        node = trie.end[node];
      }
      if (node >= end) {
        break;
      }
      if (trie.token[node] != TokenTrie.NO_TOKEN) {
        found = node;
      }
      end = trie.end[node];
      node++;
    }
    return found;
  }
}
