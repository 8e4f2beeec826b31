package io.pinion.guide.regex;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Predicate;

/**
 * Finds the shortest text that an expression matches, by A* search over derivatives. Not
 * thread-safe.
 */
public final class ShortestText {
  private static final int LONGEST = 1 << 20;

  private record Step(Regex regex, Step before, int value, int length) {
    int estimate() {
      return length + regex.shortest;
    }
  }

  private final RegexPool pool;
  private final Map<Regex, byte[]> known = new IdentityHashMap<>();

  public ShortestText(RegexPool pool) {
    this.pool = pool;
  }

  /** Whether the shortest text is known to be too long to search for. */
  public static boolean tooLong(Regex regex) {
    return regex.shortest > LONGEST;
  }

  /**
   * The shortest text; among equally short ones, always the same.
   *
   * @param regex an expression that matches something
   */
  public byte[] of(Regex regex) {
    return known.computeIfAbsent(regex, this::search);
  }

  /**
   * The shortest text of a byte or more that is taken, or null.
   *
   * @param taken is not true of a text if it is not true of a beginning of the text
   */
  public byte[] of(Regex regex, Predicate<byte[]> taken) {
    PriorityQueue<Step> open = queue(regex);
    while (!open.isEmpty()) {
      Step step = open.poll();
      pool.spend();
      byte[] text = text(step);
      if (step.length > 0 && !taken.test(text)) {
        continue;
      } else if (step.length > 0 && step.regex.nullable) {
        return text;
      }
      for (int value = 0; value < 256; value++) {
        Regex next = pool.next(step.regex, value);
        if (pool.alive(next)) {
          open.add(new Step(next, step, value, step.length + 1));
        }
      }
    }
    return null;
  }

  private static PriorityQueue<Step> queue(Regex start) {
    PriorityQueue<Step> open =
        new PriorityQueue<>(
            Comparator.comparingInt(Step::estimate)
                .thenComparing(Comparator.comparingInt(Step::length).reversed()));
    open.add(new Step(start, null, -1, 0));
    return open;
  }

  private byte[] search(Regex start) {
    Map<Regex, Boolean> done = new IdentityHashMap<>();
    PriorityQueue<Step> open = queue(start);
    while (!open.isEmpty()) {
      Step step = open.poll();
      pool.spend();
      if (step.regex.nullable) {
        return text(step);
      }
      if (done.put(step.regex, true) == null) {
        ByteClasses classes = pool.classes(step.regex);
        for (int i = 0; i < classes.count(); i++) {
          Regex next = pool.next(step.regex, classes.member(i));
          if (next.life >= 0 && !done.containsKey(next)) {
            open.add(new Step(next, step, classes.member(i), step.length + 1));
          }
        }
      }
    }
    throw new IllegalStateException("no text matches");
  }

  private static byte[] text(Step last) {
    byte[] text = new byte[last.length];
    for (Step step = last; step.before != null; step = step.before) {
      text[step.length - 1] = (byte) step.value;
    }
    return text;
  }
}
