package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Turns a set of texts into one expression that branches only where they differ. Of many texts,
 * what follows the last difference is one expression rather than one for each byte.
 */
public final class LiteralTrie {
  private static final int FEW_BYTES = 100_000;

  private record Open(int depth, RegexList ways) {}

  private final RegexPool pool;
  private final boolean wholeTails;
  private final Deque<Open> open = new ArrayDeque<>();

  private LiteralTrie(RegexPool pool, boolean wholeTails) {
    this.pool = pool;
    this.wholeTails = wholeTails;
  }

  /** Matches any of the texts; common prefixes are shared. */
  public static Regex of(RegexPool pool, List<byte[]> texts) {
    byte[][] sorted = texts.toArray(byte[][]::new);
    Arrays.sort(sorted, Arrays::compareUnsigned);
    long bytes = texts.stream().mapToLong(text -> text.length).sum();
    pool.spend(sorted.length);
    return new LiteralTrie(pool, bytes > FEW_BYTES).ofSorted(sorted);
  }

  /** Builds from the last text to the first, and keeps only the branch to the current one open. */
  private Regex ofSorted(byte[][] sorted) {
    open.push(new Open(0, new RegexList()));
    byte[] later = {};
    for (int i = sorted.length - 1; i >= 0; i--) {
      byte[] text = sorted[i];
      int common = i == sorted.length - 1 ? 0 : Arrays.mismatch(text, later);
      if (common < 0) {
        continue;
      }
      close(later, common);
      if (open.peek().depth < common) {
        throw new IllegalStateException("a branch was closed too early");
      }
      for (int depth = common + 1; depth <= text.length; depth++) {
        open.push(new Open(depth, new RegexList()));
      }
      if (!wholeTails || open.peek().depth == common) {
        open.peek().ways.add(pool.epsilon());
      }
      later = text;
    }
    close(later, 0);
    return pool.or(open.peek().ways);
  }

  /** Closes the branches of a text below a depth. One without ways is the text's tail. */
  private void close(byte[] text, int depth) {
    while (open.peek().depth > depth) {
      Open done = open.pop();
      boolean tail = done.ways.isEmpty();
      if (tail && open.peek().depth > depth && open.peek().ways.isEmpty()) {
        continue;
      }
      Regex rest = tail ? pool.literal(text, done.depth) : pool.or(done.ways);
      Regex first = pool.bytes(ByteSet.of(text[done.depth - 1] & 0xff));
      open.peek().ways.add(pool.concat(first, rest));
    }
  }
}
