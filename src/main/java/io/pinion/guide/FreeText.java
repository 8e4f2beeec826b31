package io.pinion.guide;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells how many characters of a set an expression surely takes, whichever they are. Judged by the
 * form of the expression: what it does not know takes none.
 */
final class FreeText {
  private static final int MOST_PARTS = 16;

  private final RegexPool pool;
  private final Regex one;
  private final Map<Regex, Boolean> wide = new IdentityHashMap<>();

  FreeText(RegexPool pool, CodePoints set) {
    this.pool = pool;
    this.one = Utf8Spelling.utf8(pool, set);
  }

  /** The number for a lexer state, whose best lexeme counts. */
  int characters(LexState state) {
    return most(state.rests);
  }

  private int most(Regex[] parts) {
    int most = 0;
    for (int i = 0; i < parts.length && i < MOST_PARTS; i++) {
      most = Math.max(most, characters(parts[i]));
    }
    return most;
  }

  private int characters(Regex regex) {
    Regex head = regex.head();
    if (head != regex && !pool.alive(regex.tail(pool))) {
      return 0;
    } else if (head instanceof Regex.Or or) {
      return most(or.parts);
    } else if (head instanceof Regex.And and) {
      return endless(and);
    } else if (head == pool.all()) {
      return Regex.UNBOUNDED;
    }
    return head instanceof Regex.Repeat repeat && takesAll(repeat.inner) ? repeat.most : 0;
  }

  /** Endless text, less finitely many texts, stays endless whatever it begins with. */
  private int endless(Regex.And and) {
    boolean found = false;
    for (Regex part : and.parts) {
      if (part instanceof Regex.Not not) {
        if (!not.inner.finite()) {
          return 0;
        }
      } else if (found || !part.plain || characters(part) != Regex.UNBOUNDED) {
        return 0;
      } else {
        found = true;
      }
    }
    return found ? Regex.UNBOUNDED : 0;
  }

  private boolean takesAll(Regex inner) {
    return wide.computeIfAbsent(inner, regex -> pool.subset(one, regex));
  }
}
