package io.pinion.guide;

import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells how many characters of a set a lexer state surely takes, whichever they are. A set of
 * single bytes is judged by steps, as long as all its bytes lead to the same state; any set by the
 * form of the expressions, where what is not known takes none.
 */
final class FreeText {
  private final Lexer lexer;
  private final RegexPool pool;
  private final Regex one;
  private final ByteSet bytes;
  private final int member;
  private final Map<Regex, Boolean> wide = new IdentityHashMap<>();
  private final Map<ByteClasses, Boolean> alike = new IdentityHashMap<>();

  FreeText(Lexer lexer, CodePoints set) {
    this.lexer = lexer;
    this.pool = lexer.pool();
    this.one = Utf8Spelling.utf8(pool, set);
    this.bytes = one instanceof Regex.Bytes single ? single.set : null;
    this.member = set.first(0);
  }

  /** The number for a lexer state, whose best lexeme counts. */
  int characters(LexState state) {
    return bytes == null ? most(state.rests) : steps(state);
  }

  private int steps(LexState from) {
    LexState state = from;
    for (int taken = 0; taken < TokenSlice.LONGEST; taken++) {
      boolean same = alike.computeIfAbsent(state.classes, this::alike);
      LexState next = same ? lexer.next(state, member) : lexer.dead();
      if (next == lexer.dead()) {
        return taken;
      } else if (next == state) {
        return TokenSlice.LONGEST;
      }
      state = next;
    }
    return TokenSlice.LONGEST;
  }

  private boolean alike(ByteClasses classes) {
    int first = classes.classOf(member);
    for (int value = 0; value < 256; value++) {
      if (bytes.contains(value) && classes.classOf(value) != first) {
        return false;
      }
    }
    return true;
  }

  private int most(Regex[] parts) {
    int most = 0;
    for (int i = 0; i < parts.length; i++) {
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
