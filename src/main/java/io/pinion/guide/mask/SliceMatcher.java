package io.pinion.guide.mask;

import io.pinion.guide.lexer.LexState;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.ByteClasses;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.ByteSet;
import io.pinion.guide.set.CodePoints;
import io.pinion.guide.trie.VocabularySlice;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Computes how many arbitrary characters of a set a lexer state is certain to accept. For a set of
 * single bytes, it steps through the DFA as long as all bytes lead to the same state. For other
 * sets it looks at the form of the expressions, and counts 0 for forms that it does not know.
 */
final class SliceMatcher {
  private final Lexer lexer;
  private final RegexPool pool;
  private final Regex one;
  private final ByteSet bytes;
  private final int member;
  private final Map<Regex, Boolean> wide = new IdentityHashMap<>();
  private final Map<ByteClasses, Boolean> alike = new IdentityHashMap<>();

  SliceMatcher(Lexer lexer, CodePoints set) {
    this.lexer = lexer;
    this.pool = lexer.pool();
    this.one = Utf8Encoding.utf8(pool, set);
    this.bytes = one instanceof Regex.Bytes single ? single.set : null;
    this.member = set.first(0);
  }

  /** The number of characters for a lexer state: the maximum over its lexemes. */
  int characters(LexState state) {
    return bytes == null ? most(state.rests) : steps(state);
  }

  private int steps(LexState from) {
    LexState state = from;
    for (int taken = 0; taken < VocabularySlice.LONGEST; taken++) {
      boolean same = alike.computeIfAbsent(state.classes, this::alike);
      LexState next = same ? lexer.next(state, member) : lexer.dead();
      if (next == lexer.dead()) {
        return taken;
      } else if (next == state) {
        return VocabularySlice.LONGEST;
      }
      state = next;
    }
    return VocabularySlice.LONGEST;
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
    if (head != regex && !pool.alive(pool.tail(regex))) {
      return 0;
    } else if (head instanceof Regex.Or or) {
      return most(or.parts);
    } else if (head instanceof Regex.And and) {
      return Math.max(endless(and), bounded(and));
    } else if (head == pool.all()) {
      return Regex.UNBOUNDED;
    }
    return head instanceof Regex.Repeat repeat && takesAll(repeat.inner) ? repeat.most : 0;
  }

  /**
   * Unbounded if the parts are one unbounded expression and complements of finite languages:
   * without finitely many texts, it still continues after any beginning.
   */
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

  /**
   * For a bounded repeat of characters and another expression: the repeat's bound, less the bytes
   * that the other needs to end.
   */
  private int bounded(Regex.And and) {
    if (and.parts.length != 2 || !and.parts[0].plain || !and.parts[1].plain) {
      return 0;
    }
    return Math.max(bounded(and.parts[0], and.parts[1]), bounded(and.parts[1], and.parts[0]));
  }

  private int bounded(Regex bound, Regex other) {
    if (!(bound instanceof Regex.Repeat repeat) || !takesAll(repeat.inner)) {
      return 0;
    }
    int after = shortestEnd(other);
    if (after == Regex.UNBOUNDED || repeat.most == Regex.UNBOUNDED) {
      return after == Regex.UNBOUNDED ? 0 : Regex.UNBOUNDED;
    }
    return Math.max(repeat.most - after, 0);
  }

  /**
   * The fewest bytes that end a text after any number of characters; unbounded if it has no such
   * end.
   */
  private int shortestEnd(Regex regex) {
    if (regex instanceof Regex.Or or) {
      int shortest = Regex.UNBOUNDED;
      for (Regex part : or.parts) {
        shortest = Math.min(shortest, shortestEnd(part));
      }
      return shortest;
    }
    boolean endless =
        regex.head() instanceof Regex.Repeat repeat
            && repeat.most == Regex.UNBOUNDED
            && takesAll(repeat.inner);
    return endless ? pool.tail(regex).shortest : Regex.UNBOUNDED;
  }

  private boolean takesAll(Regex inner) {
    return wide.computeIfAbsent(inner, regex -> pool.subset(one, regex));
  }
}
