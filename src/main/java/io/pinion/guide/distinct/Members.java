package io.pinion.guide.distinct;

/**
 * Keys with a value each, as a tree over the bits of their hashes, four at a time; what is added
 * shares the rest of the tree. Immutable. Equal members are equal in any order.
 */
final class Members {
  static final Members NONE = new Members(null, 0, 0);

  private static final int BITS = 4;
  private static final int WAYS = 1 << BITS;

  /** A leaf; those whose hashes are equal are a list. */
  private record Leaf(Object key, int hash, Object value, Leaf other) {
    Leaf find(Object wanted) {
      Leaf leaf = this;
      while (leaf != null && !leaf.key.equals(wanted)) {
        leaf = leaf.other;
      }
      return leaf;
    }

    Leaf without(Object unwanted) {
      if (key.equals(unwanted)) {
        return other;
      }
      return new Leaf(key, hash, value, other == null ? null : other.without(unwanted));
    }
  }

  /** A leaf, an array of nodes, or null. */
  private final Object root;

  private final int size;
  private final int hash;

  private Members(Object root, int size, int hash) {
    this.root = root;
    this.size = size;
    this.hash = hash;
  }

  int size() {
    return size;
  }

  boolean contains(Object key) {
    return find(key) != null;
  }

  /** As {@link #contains} of a text's string, which is made only where some key has its hash. */
  boolean contains(Text text) {
    Leaf leaf = leaf(spread(text.hash()));
    return leaf != null && leaf.find(text.toString()) != null;
  }

  /** With a key's value, in place of the one that it may have. */
  Members with(Object key, Object value) {
    Leaf known = find(key);
    int spread = spread(key.hashCode());
    Object made = put(root, 0, new Leaf(key, spread, value, null));
    int replaced = known == null ? 0 : hash(known);
    int added = hash(new Leaf(key, spread, value, null));
    return new Members(made, known == null ? size + 1 : size, hash - replaced + added);
  }

  private static int hash(Leaf leaf) {
    return leaf.hash * 31 ^ spread(leaf.value.hashCode());
  }

  private static int spread(int hash) {
    int mixed = hash * 0x9e3779b9;
    return mixed ^ mixed >>> 15;
  }

  private Leaf find(Object key) {
    Leaf leaf = leaf(spread(key.hashCode()));
    return leaf == null ? null : leaf.find(key);
  }

  /** The leaf of a hash. */
  private Leaf leaf(int wanted) {
    Object node = root;
    for (int shift = 0; node instanceof Object[] ways; shift += BITS) {
      node = ways[wanted >>> shift & WAYS - 1];
    }
    return node instanceof Leaf leaf && leaf.hash == wanted ? leaf : null;
  }

  private static Object put(Object node, int shift, Leaf leaf) {
    if (node == null) {
      return leaf;
    } else if (node instanceof Leaf known && known.hash == leaf.hash) {
      return new Leaf(leaf.key, leaf.hash, leaf.value, known.without(leaf.key));
    }
    Object[] ways = node instanceof Object[] more ? more.clone() : new Object[WAYS];
    if (node instanceof Leaf known) {
      ways[known.hash >>> shift & WAYS - 1] = known;
    }
    int way = leaf.hash >>> shift & WAYS - 1;
    ways[way] = put(ways[way], shift + BITS, leaf);
    return ways;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Members members
        && members.size == size
        && members.hash == hash
        && (members.root == root || members.hasAll(root));
  }

  private boolean hasAll(Object node) {
    if (node instanceof Object[] ways) {
      for (Object way : ways) {
        if (!hasAll(way)) {
          return false;
        }
      }
    }
    for (Leaf leaf = node instanceof Leaf first ? first : null; leaf != null; leaf = leaf.other) {
      Leaf mine = find(leaf.key);
      if (mine == null || !mine.value.equals(leaf.value)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
