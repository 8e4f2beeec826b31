package io.pinion.guide.set;

import java.util.Arrays;
import java.util.function.IntPredicate;

/** A set of Unicode code points without surrogates. Immutable. */
public final class CodePoints {
  public static final int LAST = Character.MAX_CODE_POINT;
  public static final CodePoints NONE = new CodePoints(new int[0]);
  public static final CodePoints ALL = new CodePoints(new int[] {0, 0xd7ff, 0xe000, LAST});

  /** The first and last code point of each range, ascending and not adjacent. */
  private final int[] bounds;

  private CodePoints(int[] bounds) {
    this.bounds = bounds;
  }

  public static CodePoints of(int codePoint) {
    return range(codePoint, codePoint);
  }

  /** The code points from {@code from} to {@code to}, both included. */
  public static CodePoints range(int from, int to) {
    return new CodePoints(new int[] {from, to}).intersection(ALL);
  }

  /** The characters of a text. */
  public static CodePoints each(String text) {
    Builder found = new Builder();
    text.codePoints().forEach(codePoint -> found.add(codePoint, codePoint));
    return found.build();
  }

  /** Whether a text has half of a surrogate pair, for which there are no bytes in UTF-8. */
  public static boolean hasLoneSurrogate(CharSequence text) {
    return text.codePoints().anyMatch(c -> c >= 0xd800 && c <= 0xdfff);
  }

  static CodePoints where(IntPredicate member) {
    int[] found = new int[64];
    int count = 0;
    for (int codePoint = 0; codePoint <= LAST; codePoint++) {
      if (!member.test(codePoint) || codePoint >= 0xd800 && codePoint <= 0xdfff) {
        continue;
      }
      if (count > 0 && found[count - 1] == codePoint - 1) {
        found[count - 1] = codePoint;
      } else {
        found = count + 2 > found.length ? Arrays.copyOf(found, count * 2) : found;
        found[count++] = codePoint;
        found[count++] = codePoint;
      }
    }
    return new CodePoints(Arrays.copyOf(found, count));
  }

  public int ranges() {
    return bounds.length / 2;
  }

  public int first(int range) {
    return bounds[2 * range];
  }

  public int last(int range) {
    return bounds[2 * range + 1];
  }

  boolean isEmpty() {
    return bounds.length == 0;
  }

  public boolean contains(int codePoint) {
    int low = 0;
    int high = ranges() - 1;
    while (low <= high) {
      int middle = low + high >>> 1;
      if (codePoint < first(middle)) {
        high = middle - 1;
      } else if (codePoint > last(middle)) {
        low = middle + 1;
      } else {
        return true;
      }
    }
    return false;
  }

  public CodePoints union(CodePoints other) {
    return complement().intersection(other.complement()).complement();
  }

  public CodePoints minus(CodePoints other) {
    return intersection(other.complement());
  }

  public CodePoints intersection(CodePoints other) {
    int[] found = new int[bounds.length + other.bounds.length];
    int count = 0;
    int mine = 0;
    int theirs = 0;
    while (mine < ranges() && theirs < other.ranges()) {
      int from = Math.max(first(mine), other.first(theirs));
      int to = Math.min(last(mine), other.last(theirs));
      if (from <= to) {
        found[count++] = from;
        found[count++] = to;
      }
      if (last(mine) < other.last(theirs)) {
        mine++;
      } else {
        theirs++;
      }
    }
    return new CodePoints(Arrays.copyOf(found, count));
  }

  public CodePoints complement() {
    int[] found = new int[bounds.length + 2];
    int count = 0;
    int from = 0;
    for (int i = 0; i < ranges(); i++) {
      if (first(i) > from) {
        found[count++] = from;
        found[count++] = first(i) - 1;
      }
      from = last(i) + 1;
    }
    if (from <= LAST) {
      found[count++] = from;
      found[count++] = LAST;
    }
    return new CodePoints(Arrays.copyOf(found, count)).withoutSurrogates();
  }

  private CodePoints withoutSurrogates() {
    return intersection(ALL);
  }

  /** This set with the upper and lower case of each of its letters. */
  public CodePoints foldCase() {
    return LetterCases.fold(this, LetterCases.NEAREST);
  }

  /** This set with every letter that shares an upper or a lower case with one of its letters. */
  public CodePoints foldEveryCase() {
    return LetterCases.fold(this, LetterCases.EVERY);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CodePoints set && Arrays.equals(bounds, set.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return Arrays.toString(bounds);
  }

  /** Joins ranges, in time that grows with their number. Not thread-safe. */
  public static final class Builder {
    private long[] ranges = new long[16];
    private int count;

    /** Adds the code points from {@code from} to {@code to}, both included. */
    public void add(int from, int to) {
      if (count == ranges.length) {
        ranges = Arrays.copyOf(ranges, 2 * count);
      }
      ranges[count++] = (long) from << 32 | to;
    }

    public void add(CodePoints set) {
      for (int i = 0; i < set.ranges(); i++) {
        add(set.first(i), set.last(i));
      }
    }

    public CodePoints build() {
      Arrays.sort(ranges, 0, count);
      int[] found = new int[2 * count];
      int kept = 0;
      for (int i = 0; i < count; i++) {
        int from = (int) (ranges[i] >>> 32);
        int to = (int) ranges[i];
        if (kept > 0 && from <= found[kept - 1] + 1) {
          found[kept - 1] = Math.max(found[kept - 1], to);
        } else {
          found[kept++] = from;
          found[kept++] = to;
        }
      }
      return new CodePoints(Arrays.copyOf(found, kept)).withoutSurrogates();
    }
  }
}
