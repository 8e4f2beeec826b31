package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import io.pinion.guide.set.CodePoints;

/** The encoding as plain UTF-8. */
public final class Utf8Encoding extends CharacterEncoding {
  private static final int[] LAST_OF_LENGTH = {0x7f, 0x7ff, 0xffff, 0x10ffff};

  public Utf8Encoding(RegexPool pool) {
    super(pool);
  }

  @Override
  protected Regex spell(CodePoints set) {
    return utf8(pool(), set);
  }

  /** Matches the UTF-8 sequence of any code point of a set. */
  public static Regex utf8(RegexPool pool, CodePoints set) {
    RegexList ways = new RegexList();
    for (int i = 0; i < set.ranges(); i++) {
      int from = set.first(i);
      for (int length = 1; length <= 4; length++) {
        int to = Math.min(set.last(i), LAST_OF_LENGTH[length - 1]);
        if (from <= to) {
          ways.add(range(pool, from, to, length));
          from = to + 1;
        }
      }
    }
    return pool.or(ways);
  }

  /** A range of code points whose UTF-8 sequences have the same length. */
  private static Regex range(RegexPool pool, int from, int to, int length) {
    if (length == 1) {
      return pool.bytes(ByteSet.range(from, to));
    }
    int lead = length == 2 ? 0xc0 : length == 3 ? 0xe0 : 0xf0;
    return tail(pool, from, to, length - 1, lead);
  }

  /**
   * The sequences of a range: a byte with the given lead bits, then {@code more} continuation
   * bytes.
   */
  private static Regex tail(RegexPool pool, int from, int to, int more, int lead) {
    int shift = 6 * more;
    int mask = (1 << shift) - 1;
    int first = from >> shift;
    int last = to >> shift;
    if (more == 0) {
      return pool.bytes(ByteSet.range(lead | first, lead | last));
    }
    RegexList ways = new RegexList();
    if (first == last) {
      ways.add(step(pool, first, first, from & mask, to & mask, more, lead));
      return pool.or(ways);
    }
    if ((from & mask) != 0) {
      ways.add(step(pool, first, first, from & mask, mask, more, lead));
      first++;
    }
    if ((to & mask) != mask) {
      ways.add(step(pool, last, last, 0, to & mask, more, lead));
      last--;
    }
    if (first <= last) {
      ways.add(step(pool, first, last, 0, mask, more, lead));
    }
    return pool.or(ways);
  }

  private static Regex step(
      RegexPool pool, int first, int last, int from, int to, int more, int lead) {
    Regex rest = tail(pool, from, to, more - 1, 0x80);
    return pool.concat(pool.bytes(ByteSet.range(lead | first, lead | last)), rest);
  }
}
