package io.pinion.guide;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Shares partitions of the bytes, and remembers the common refinement of two. */
final class ClassesPool {
  private final Map<ByteBuffer, ByteClasses> shared = new HashMap<>();
  private final Map<ByteSet, ByteClasses> bySet = new HashMap<>();
  private final Map<Long, ByteClasses> combined = new HashMap<>();
  private final ByteClasses one = share(new int[256], 1);
  private ByteClasses digits;

  ByteClasses one() {
    return one;
  }

  /** Each digit and the point for itself. */
  ByteClasses digits() {
    if (digits == null) {
      int[] marks = new int[256];
      for (int digit = 0; digit < 10; digit++) {
        marks['0' + digit] = digit + 1;
      }
      marks['.'] = 11;
      digits = share(marks, 12);
    }
    return digits;
  }

  ByteClasses of(ByteSet set) {
    return bySet.computeIfAbsent(
        set,
        s -> {
          int[] marks = new int[256];
          for (int value = 0; value < 256; value++) {
            marks[value] = s.contains(value) ? 1 : 0;
          }
          return share(marks, 2);
        });
  }

  ByteClasses combine(ByteClasses first, ByteClasses second) {
    if (first == second || second == one) {
      return first;
    }
    if (first == one) {
      return second;
    }
    long key = (long) Math.min(first.id, second.id) << 32 | Math.max(first.id, second.id);
    ByteClasses known = combined.get(key);
    if (known == null) {
      int[] marks = new int[256];
      for (int value = 0; value < 256; value++) {
        marks[value] = first.classOf(value) * second.count() + second.classOf(value);
      }
      known = share(marks, first.count() * second.count());
      combined.put(key, known);
    }
    return known;
  }

  private ByteClasses share(int[] marks, int bound) {
    ByteClasses made = ByteClasses.numbered(shared.size(), marks, bound);
    ByteClasses known = shared.putIfAbsent(ByteBuffer.wrap(made.of), made);
    return known == null ? made : known;
  }
}
