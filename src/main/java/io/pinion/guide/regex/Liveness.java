package io.pinion.guide.regex;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Determines by search whether an expression matches anything, and caches the answer in the
 * expressions. Needed for those with intersection or complement. Not thread-safe.
 */
final class Liveness {
  private static final Comparator<Regex> NEAREST =
      Comparator.<Regex>comparingInt(regex -> regex.shortest).thenComparingInt(regex -> regex.id);

  private final RegexPool pool;

  Liveness(RegexPool pool) {
    this.pool = pool;
  }

  /**
   * Searches best-first by distance to a match. If one is found, all expressions on the path match
   * something; if not, none of those visited does.
   */
  boolean search(Regex start) {
    Map<Regex, Regex> from = new IdentityHashMap<>();
    PriorityQueue<Regex> open = new PriorityQueue<>(NEAREST);
    from.put(start, start);
    open.add(start);
    while (!open.isEmpty()) {
      Regex regex = open.poll();
      pool.spend();
      if (regex.nullable || regex.life > 0) {
        keepPath(regex, from);
        return true;
      }
      for (Regex next : pool.derivatives(regex)) {
        if (next.life >= 0 && from.putIfAbsent(next, regex) == null) {
          if (next.nullable || next.life > 0) {
            keepPath(next, from);
            return true;
          }
          open.add(next);
        }
      }
    }
    from.keySet().forEach(regex -> regex.life = -1);
    return false;
  }

  private static void keepPath(Regex last, Map<Regex, Regex> from) {
    Regex regex = last;
    while (regex.life <= 0) {
      regex.life = 1;
      regex = from.get(regex);
    }
  }
}
