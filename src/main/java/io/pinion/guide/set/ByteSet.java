package io.pinion.guide.set;

/** A set of byte values, as 256 bits. */
public record ByteSet(long first, long second, long third, long fourth) {
  public static final ByteSet NONE = new ByteSet(0, 0, 0, 0);
  public static final ByteSet ALL = new ByteSet(-1, -1, -1, -1);

  public static ByteSet of(int value) {
    return range(value, value);
  }

  /** The values from {@code from} to {@code to}, both included. */
  public static ByteSet range(int from, int to) {
    return new ByteSet(
        word(from, to, 0), word(from, to, 64), word(from, to, 128), word(from, to, 192));
  }

  private static long word(int from, int to, int base) {
    int low = Math.max(from, base) - base;
    int high = Math.min(to, base + 63) - base;
    return low > high ? 0 : (-1L >>> (63 - (high - low))) << low;
  }

  public boolean contains(int value) {
    long word = value < 128 ? (value < 64 ? first : second) : (value < 192 ? third : fourth);
    return (word >>> (value & 63) & 1) != 0;
  }

  public ByteSet union(ByteSet other) {
    return new ByteSet(
        first | other.first, second | other.second, third | other.third, fourth | other.fourth);
  }

  public ByteSet intersection(ByteSet other) {
    return new ByteSet(
        first & other.first, second & other.second, third & other.third, fourth & other.fourth);
  }

  /** The smallest value. The set must not be empty. */
  public int lowest() {
    int value = 0;
    while (!contains(value)) {
      value++;
    }
    return value;
  }

  public boolean isEmpty() {
    return (first | second | third | fourth) == 0;
  }

  public int size() {
    return Long.bitCount(first)
        + Long.bitCount(second)
        + Long.bitCount(third)
        + Long.bitCount(fourth);
  }
}
