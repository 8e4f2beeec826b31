package io.pinion.guide.regex;

import io.pinion.guide.set.CodePoints;
import java.util.HashMap;
import java.util.Map;

/**
 * Encodes code points as bytes. No two code points share an encoding, so intersection and
 * complement of encoded expressions are the same as on code points. Not thread-safe.
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

  /** Matches one code point of a set, in any of its encodings. */
  public final Regex one(CodePoints set) {
    Regex found = known.get(set);
    if (found == null) {
      found = spell(set);
      known.put(set, found);
    }
    return found;
  }

  /** Matches any text. */
  public final Regex any() {
    if (any == null) {
      any = pool.star(one(CodePoints.ALL));
    }
    return any;
  }

  /** Matches the end of the text. */
  public Regex end() {
    return pool.epsilon();
  }

  /** Matches any text, to its end. */
  public final Regex anyToTheEnd() {
    return pool.concat(any(), end());
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
