package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/** Turns a set of texts into one expression that branches only where they differ. */
public final class LiteralTrie {
  private record Open(int depth, RegexList ways) {}

  private LiteralTrie() {}

  /** Matches any of the texts; common prefixes are shared. */
  public static Regex of(RegexPool pool, List<byte[]> texts) {
    byte[][] sorted = texts.toArray(byte[][]::new);
    Arrays.sort(sorted, Arrays::compareUnsigned);
    return ofSorted(pool, sorted);
  }

  /** Builds from the last text to the first, and keeps only the branch to the current one open. */
  private static Regex ofSorted(RegexPool pool, byte[][] sorted) {
    Deque<Open> open = new ArrayDeque<>();
    open.push(new Open(0, new RegexList()));
    byte[] later = {};
    for (int i = sorted.length - 1; i >= 0; i--) {
      byte[] text = sorted[i];
      int common = i == sorted.length - 1 ? 0 : Arrays.mismatch(text, later);
      if (common < 0) {
        continue;
      }
      close(pool, open, later, common);
      if (open.peek().depth < common) {
        throw new IllegalStateException("a branch was closed too early");
      }
      open(open, common, text.length);
      open.peek().ways.add(pool.epsilon());
      later = text;
    }
    close(pool, open, later, 0);
    return pool.or(open.peek().ways);
  }

  private static void open(Deque<Open> open, int from, int to) {
    for (int depth = from + 1; depth <= to; depth++) {
      open.push(new Open(depth, new RegexList()));
    }
  }

  private static void close(RegexPool pool, Deque<Open> open, byte[] text, int depth) {
    while (open.peek().depth > depth) {
      Open done = open.pop();
      Regex rest = pool.or(done.ways);
      Regex first = pool.bytes(ByteSet.of(text[done.depth - 1] & 0xff));
      open.peek().ways.add(pool.concat(first, rest));
    }
  }
}
