package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import io.pinion.guide.set.IntArrayKey;
import io.pinion.guide.set.IntSet;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Interns partitions of the byte values and caches common refinements of them. Not thread-safe. */
final class ClassesPool {
  private final Map<ByteBuffer, ByteClasses> shared = new HashMap<>();
  private final Map<ByteSet, ByteClasses> bySet = new HashMap<>();
  private final Map<Long, ByteClasses> combined = new HashMap<>();
  private final Map<IntArrayKey, ByteClasses> refined = new HashMap<>();
  private final List<ByteClasses> byId = new ArrayList<>();
  private final IntSet ids = new IntSet();
  private final ByteClasses one = share(new int[256], 1);
  private ByteClasses digits;

  ByteClasses one() {
    return one;
  }

  /** The partition in which each digit and the decimal point has its own class. */
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

  /** The common refinement of several partitions, cached by the set of distinct ones. */
  ByteClasses combine(ByteClasses[] parts) {
    ids.clear();
    for (ByteClasses part : parts) {
      ids.add(part.id);
    }
    int[] distinct = ids.sorted();
    if (distinct.length == 1) {
      return parts[0];
    } else if (distinct.length == 2 && distinct[0] == one.id) {
      return byId.get(distinct[1]);
    }
    return refined.computeIfAbsent(new IntArrayKey(distinct), this::refine);
  }

  private ByteClasses refine(IntArrayKey key) {
    ByteClasses found = one;
    int[] marks = new int[256];
    for (int id : key.values()) {
      ByteClasses part = byId.get(id);
      for (int value = 0; value < 256; value++) {
        marks[value] = found.classOf(value) * part.count() + part.classOf(value);
      }
      found = ByteClasses.numbered(-1, marks, found.count() * part.count());
    }
    for (int value = 0; value < 256; value++) {
      marks[value] = found.classOf(value);
    }
    return share(marks, found.count());
  }

  private ByteClasses share(int[] marks, int bound) {
    ByteClasses made = ByteClasses.numbered(shared.size(), marks, bound);
    ByteClasses known = shared.putIfAbsent(ByteBuffer.wrap(made.of), made);
    if (known == null) {
      byId.add(made);
    }
    return known == null ? made : known;
  }
}
