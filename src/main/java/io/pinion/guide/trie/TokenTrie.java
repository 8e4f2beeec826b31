package io.pinion.guide.trie;

import io.pinion.guide.set.ByteSet;
import io.pinion.text.Vocabulary;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The tokens of a vocabulary as a trie over bytes, in flat arrays in depth-first order: the subtree
 * of a node follows it, and {@link #end} skips it. Without control tokens. Immutable and shared.
 */
public final class TokenTrie {
  public static final int NO_TOKEN = -1;

  /** The byte of each node. */
  public final byte[] value;

  /** The number of bytes from the root to each node, including its own. */
  public final short[] depth;

  /** The first node after the subtree of each node. */
  public final int[] end;

  /** The token that ends at each node, or {@link #NO_TOKEN}. */
  public final int[] token;

  /** Another token with the same bytes, by token, or {@link #NO_TOKEN}. */
  final int[] twin;

  /** The set of {@link ByteKinds} that contains the bytes below each node. */
  public final byte[] kind;

  /** How many more bytes the longest token below each node has. */
  public final short[] height;

  /** All tokens, twins included, in the order of their nodes. */
  private final int[] order;

  /** How many tokens come before each node in that order. */
  private final int[] rank;

  public final int nodes;
  public final int deepest;
  private final Vocabulary vocabulary;

  private TokenTrie(Builder builder) {
    vocabulary = builder.vocabulary;
    nodes = builder.count;
    deepest = builder.deepest;
    value = Arrays.copyOf(builder.value, nodes);
    depth = Arrays.copyOf(builder.depth, nodes);
    end = Arrays.copyOf(builder.end, nodes);
    token = Arrays.copyOf(builder.token, nodes);
    twin = builder.twin;
    kind = new byte[nodes];
    height = new short[nodes];
    judge();
    rank = new int[nodes + 1];
    order = order();
  }

  /** The trie of all tokens but control tokens. */
  public static TokenTrie of(Vocabulary vocabulary) {
    return of(vocabulary, sorted(vocabulary));
  }

  /** The trie of some tokens, sorted by their bytes. */
  static TokenTrie of(Vocabulary vocabulary, int[] sorted) {
    return new TokenTrie(new Builder(vocabulary, sorted));
  }

  /**
   * All tokens that text can contain, without control tokens, empty and over-long ones, sorted by
   * their bytes.
   */
  static int[] sorted(Vocabulary vocabulary) {
    return IntStream.range(0, vocabulary.size())
        .filter(id -> !vocabulary.special(id) && usable(vocabulary.bytes(id).length))
        .boxed()
        .sorted(Comparator.comparing(vocabulary::bytes, Arrays::compareUnsigned))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static boolean usable(int length) {
    return length > 0 && length < Short.MAX_VALUE;
  }

  /** Computes {@link #kind} and {@link #height}, children first. */
  private void judge() {
    ByteSet[] below = new ByteSet[nodes];
    int[] parent = parents();
    for (int node = nodes - 1; node >= 0; node--) {
      ByteSet here = below[node] == null ? ByteSet.NONE : below[node];
      kind[node] = (byte) ByteKinds.smallest(here);
      if (parent[node] >= 0) {
        ByteSet whole = here.union(ByteSet.of(value[node] & 0xff));
        ByteSet others = below[parent[node]];
        below[parent[node]] = others == null ? whole : others.union(whole);
        height[parent[node]] = (short) Math.max(height[parent[node]], height[node] + 1);
      }
      below[node] = null;
    }
  }

  private int[] parents() {
    int[] path = new int[deepest + 1];
    int[] parent = new int[nodes];
    path[0] = NO_TOKEN;
    for (int node = 0; node < nodes; node++) {
      parent[node] = path[depth[node] - 1];
      path[depth[node]] = node;
    }
    return parent;
  }

  private int[] order() {
    int[] found = new int[vocabulary.size()];
    int count = 0;
    for (int node = 0; node < nodes; node++) {
      rank[node] = count;
      for (int id = token[node]; id != NO_TOKEN; id = twin[id]) {
        found[count++] = id;
      }
    }
    rank[nodes] = count;
    return Arrays.copyOf(found, count);
  }

  /** The number of token ids, including those of control tokens. */
  public int size() {
    return vocabulary.size();
  }

  /** How many words of 64 bits a mask has. */
  public int words() {
    return (vocabulary.size() + 63) / 64;
  }

  /** The bytes of a token at or below a node, which begin with those that lead to the node. */
  public byte[] pathTo(int node) {
    int at = node;
    while (token[at] == NO_TOKEN) {
      at++;
    }
    return vocabulary.bytes(token[at]);
  }

  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Sets the bits of the tokens that end at a node, if any. */
  public void mark(int node, long[] mask) {
    for (int id = token[node]; id != NO_TOKEN; id = twin[id]) {
      mask[id >> 6] |= 1L << id;
    }
  }

  /** Like {@link #mark}, for a node and all nodes below it. */
  public void markAll(int node, long[] mask) {
    int last = rank[end[node]];
    for (int i = rank[node]; i < last; i++) {
      mask[order[i] >> 6] |= 1L << order[i];
    }
  }

  private static final class Builder {
    final Vocabulary vocabulary;
    final int[] twin;
    byte[] value = new byte[1 << 12];
    short[] depth = new short[1 << 12];
    int[] end = new int[1 << 12];
    int[] token = new int[1 << 12];
    int count;
    int deepest;
    private int[] path = new int[16];

    Builder(Vocabulary vocabulary, int[] sorted) {
      this.vocabulary = vocabulary;
      this.twin = new int[vocabulary.size()];
      Arrays.fill(twin, NO_TOKEN);
      byte[] before = {};
      for (int id : sorted) {
        byte[] bytes = vocabulary.bytes(id);
        int common = Arrays.mismatch(before, bytes);
        add(id, bytes, common < 0 ? bytes.length : common, before.length);
        before = bytes;
      }
      close(0, before.length);
    }

    private void add(int id, byte[] bytes, int common, int depthBefore) {
      close(common, depthBefore);
      for (int i = common; i < bytes.length; i++) {
        push(bytes[i], i);
      }
      int node = path[bytes.length - 1];
      twin[id] = token[node];
      token[node] = id;
    }

    private void close(int to, int from) {
      for (int i = to; i < from; i++) {
        end[path[i]] = count;
      }
    }

    private void push(byte next, int at) {
      if (count == value.length) {
        value = Arrays.copyOf(value, count * 2);
        depth = Arrays.copyOf(depth, count * 2);
        end = Arrays.copyOf(end, count * 2);
        token = Arrays.copyOf(token, count * 2);
      }
      if (at >= path.length) {
        path = Arrays.copyOf(path, at * 2);
      }
      path[at] = count;
      value[count] = next;
      depth[count] = (short) (at + 1);
      token[count] = NO_TOKEN;
      deepest = Math.max(deepest, at + 1);
      count++;
    }
  }
}
