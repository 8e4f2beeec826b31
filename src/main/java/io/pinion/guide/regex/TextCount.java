package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Counts the texts of expressions, length by length along the derivatives: how many ways lead to
 * each derivative, and how many of those may end. Not thread-safe; the guide holds the lock.
 */
public final class TextCount {
  /** The count at which no more is counted. */
  public static final long MANY = 1 << 20;

  private static final int MAX_LOOKS = 4096;

  private final RegexPool pool;
  private final ByteSet ignored;
  private final Map<Regex, Long> known = new IdentityHashMap<>();

  /**
   * A counter.
   *
   * @param ignored the texts with any of these bytes are not counted
   */
  public TextCount(RegexPool pool, ByteSet ignored) {
    this.pool = pool;
    this.ignored = ignored;
  }

  /** At least so many texts there are; just so many where that is below {@link #MANY} and cheap. */
  public long of(Regex regex) {
    if (regex.infinite()) {
      return MANY;
    }
    Long count = known.get(regex);
    if (count == null) {
      count = count(regex);
      known.put(regex, count);
    }
    return count;
  }

  private long count(Regex start) {
    Map<Regex, Long> level = Map.of(start, 1L);
    long texts = 0;
    long prefixes = 1;
    int looks = 0;
    while (prefixes > 0 && texts + prefixes < MANY && looks < MAX_LOOKS) {
      Map<Regex, Long> longer = new HashMap<>();
      for (Map.Entry<Regex, Long> entry : level.entrySet()) {
        texts += entry.getKey().nullable ? entry.getValue() : 0;
        addNext(entry.getKey(), entry.getValue(), longer);
        looks++;
      }
      prefixes = longer.values().stream().mapToLong(Long::longValue).sum();
      level = longer;
    }
    return Math.min(texts + prefixes, MANY);
  }

  private void addNext(Regex regex, long ways, Map<Regex, Long> into) {
    ByteClasses classes = pool.classes(regex);
    pool.spend(classes.count());
    int[] sizes = new int[classes.count()];
    for (int value = 0; value < 256; value++) {
      sizes[classes.classOf(value)] += ignored.contains(value) ? 0 : 1;
    }
    for (int i = 0; i < sizes.length; i++) {
      Regex next = sizes[i] == 0 ? pool.empty() : pool.next(regex, classes.member(i));
      if (pool.alive(next)) {
        into.merge(next, Math.min(ways * sizes[i], MANY), (a, b) -> Math.min(a + b, MANY));
      }
    }
  }
}
