package io.pinion.guide.regex;

import io.pinion.guide.set.CodePoints;
import java.util.HashMap;
import java.util.Map;

/**
 * Writes code points as bytes. Every code point has its own spellings, which no other shares, so
 * that intersections and complements of spelled expressions mean what they say.
 */
public abstract class CharacterEncoding {
  private final RegexPool pool;
  private final Map<CodePoints, Regex> known = new HashMap<>();
  private Regex any;

  public CharacterEncoding(RegexPool pool) {
    this.pool = pool;
  }

  public final RegexPool pool() {
    return pool;
  }

  /** One code point of a set, in any of its spellings. */
  public final Regex one(CodePoints set) {
    Regex found = known.get(set);
    if (found == null) {
      found = spell(set);
      known.put(set, found);
    }
    return found;
  }

  /** Any text. */
  public final Regex any() {
    if (any == null) {
      any = pool.star(one(CodePoints.ALL));
    }
    return any;
  }

  protected abstract Regex spell(CodePoints set);

  public final Regex text(String text) {
    Regex made = pool.epsilon();
    int[] codePoints = text.codePoints().toArray();
    for (int i = codePoints.length - 1; i >= 0; i--) {
      made = pool.concat(one(CodePoints.of(codePoints[i])), made);
    }
    return made;
  }
}
