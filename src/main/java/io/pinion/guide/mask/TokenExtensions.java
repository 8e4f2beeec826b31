package io.pinion.guide.mask;

import io.pinion.guide.trie.TokenTrie;

/**
 * Tells whether some token starts with given bytes and continues with bytes that may follow them.
 * Not thread-safe; the guide holds the lock.
 */
public final class TokenExtensions {
  /** The allowed continuation of a text. */
  @FunctionalInterface
  public interface Continuation {
    /** The continuation after one more byte; {@code null} if the byte is not allowed. */
    Continuation after(int value);
  }

  private final TokenTrie trie;

  public TokenExtensions(TokenTrie trie) {
    this.trie = trie;
  }

  /**
   * Whether there is such a token for the bytes from an index to the end of the text.
   *
   * @param after the continuation after the last byte
   */
  public boolean fit(byte[] text, int from, Continuation after) {
    int node = node(text, from);
    return node >= 0 && trie.height[node] > 0 && below(node, after);
  }

  /** The node of the bytes from an index to the end, or -1. */
  private int node(byte[] text, int from) {
    if (text.length - from > trie.deepest) {
      return -1;
    }
    int found = -1;
    int child = 0;
    int end = trie.nodes;
    for (int at = from; at < text.length; at++) {
      while (child < end && trie.value[child] != text[at]) {
        child = trie.end[child];
      }
      if (child >= end) {
        return -1;
      }
      found = child;
      end = trie.end[child];
      child++;
    }
    return found;
  }

  private boolean below(int node, Continuation here) {
    int end = trie.end[node];
    for (int child = node + 1; child < end; child = trie.end[child]) {
      Continuation next = here.after(trie.value[child] & 0xff);
      if (next != null && (trie.token[child] != TokenTrie.NO_TOKEN || below(child, next))) {
        return true;
      }
    }
    return false;
  }
}
