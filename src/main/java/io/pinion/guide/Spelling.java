package io.pinion.guide;

import java.util.HashMap;
import java.util.Map;

/**
 * Writes code points as bytes. Every code point has its own spellings, which no other shares, so
 * that intersections and complements of spelled expressions mean what they say.
 */
abstract class Spelling {
  private final RegexPool pool;
  private final Map<CodePoints, Regex> known = new HashMap<>();
  private Regex any;

  Spelling(RegexPool pool) {
    this.pool = pool;
  }

  final RegexPool pool() {
    return pool;
  }

  /** One code point of a set, in any of its spellings. */
  final Regex one(CodePoints set) {
    Regex found = known.get(set);
    if (found == null) {
      found = spell(set);
      known.put(set, found);
    }
    return found;
  }

  /** Any text. */
  final Regex any() {
    if (any == null) {
      any = pool.star(one(CodePoints.ALL));
    }
    return any;
  }

  abstract Regex spell(CodePoints set);

  final Regex text(String text) {
    Regex made = pool.epsilon();
    int[] codePoints = text.codePoints().toArray();
    for (int i = codePoints.length - 1; i >= 0; i--) {
      made = pool.concat(one(CodePoints.of(codePoints[i])), made);
    }
    return made;
  }
}
