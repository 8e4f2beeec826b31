package io.pinion.guide.regex;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;

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

  private byte[] search(Regex start) {
    Map<Regex, Boolean> done = new IdentityHashMap<>();
    PriorityQueue<Step> open =
        new PriorityQueue<>(
            Comparator.comparingInt(Step::estimate)
                .thenComparing(Comparator.comparingInt(Step::length).reversed()));
    open.add(new Step(start, null, -1, 0));
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
