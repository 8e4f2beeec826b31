package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import java.util.Arrays;

/**
 * A partition of the 256 byte values into equivalence classes. Interned by {@link RegexPool}: equal
 * partitions are the same object.
 */
public final class ByteClasses {
  final int id;

  /** The class of each byte, as an unsigned number. */
  public final byte[] of;

  /** One byte of each class. */
  final byte[] member;

  /**
   * Two bits for each numbered set of {@link #alike}: whether the answer is known, and the answer.
   */
  private long alike;

  ByteClasses(int id, byte[] of, byte[] member) {
    this.id = id;
    this.of = of;
    this.member = member;
  }

  public int count() {
    return member.length;
  }

  public int classOf(int value) {
    return of[value] & 0xff;
  }

  /**
   * Whether all bytes of a set are in one class. The answer is cached by the set's number, which is
   * below 32.
   */
  public boolean alike(int number, ByteSet set) {
    if ((alike >>> 2 * number & 1) == 0) {
      alike |= (sameClass(set) ? 3L : 1L) << 2 * number;
    }
    return (alike >>> 2 * number & 2) != 0;
  }

  private boolean sameClass(ByteSet set) {
    int expected = classOf(set.lowest());
    for (int value = 0; value < 256; value++) {
      if (set.contains(value) && classOf(value) != expected) {
        return false;
      }
    }
    return true;
  }

  /** Whether a class has a single byte. */
  public boolean single(int index) {
    int size = 0;
    for (int value = 0; value < 256 && size < 2; value++) {
      size += classOf(value) == index ? 1 : 0;
    }
    return size == 1;
  }

  public int member(int index) {
    return member[index] & 0xff;
  }

  /** Numbers the classes by first appearance, so that equal partitions have equal arrays. */
  static ByteClasses numbered(int id, int[] marks, int bound) {
    int[] number = new int[bound];
    Arrays.fill(number, -1);
    byte[] of = new byte[256];
    byte[] member = new byte[256];
    int count = 0;
    for (int value = 0; value < 256; value++) {
      if (number[marks[value]] < 0) {
        member[count] = (byte) value;
        number[marks[value]] = count++;
      }
      of[value] = (byte) number[marks[value]];
    }
    return new ByteClasses(id, of, Arrays.copyOf(member, count));
  }
}
