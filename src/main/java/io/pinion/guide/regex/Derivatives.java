package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;

/**
 * Computes Brzozowski derivatives of expressions, and the classes of bytes that have the same
 * derivative. Not thread-safe; the pool's owner holds the lock.
 */
final class Derivatives {
  private final RegexPool pool;

  Derivatives(RegexPool pool) {
    this.pool = pool;
  }

  /** The derivative of an expression by a byte: what remains to match after it. */
  Regex of(Regex regex, int value) {
    if (regex instanceof Regex.Concat concat) {
      return ofConcat(concat, value);
    } else if (regex instanceof Regex.Or or) {
      return ofOr(or, value);
    } else if (regex instanceof Regex.And and) {
      return ofAnd(and, value);
    } else if (regex instanceof Regex.Repeat repeat) {
      return ofRepeat(repeat, value);
    } else if (regex instanceof Regex.Bytes bytes) {
      return bytes.set.contains(value) ? pool.epsilon() : pool.empty();
    } else if (regex instanceof Regex.Not not) {
      return pool.not(pool.next(not.inner, value));
    } else if (regex instanceof MultipleOfRegex multiple) {
      MultipleOfRegex after = multiple.after(value);
      return after == null ? pool.empty() : pool.shared(after);
    } else if (regex instanceof Regex.Loop loop) {
      return pool.next(loop.definition, value);
    } else if (regex instanceof Regex.BeforeMark before) {
      return value == before.mark
          ? pool.empty()
          : pool.beforeMark(pool.next(before.inner, value), before.mark);
    }
    return pool.empty();
  }

  private Regex ofConcat(Regex.Concat whole, int value) {
    if (!whole.head.nullable) {
      return pool.concat(pool.next(whole.head, value), whole.tail);
    }
    RegexList ways = new RegexList();
    Regex rest = whole;
    while (rest instanceof Regex.Concat concat) {
      ways.add(pool.concat(pool.next(concat.head, value), concat.tail));
      if (!concat.head.nullable) {
        return pool.or(ways);
      }
      rest = concat.tail;
    }
    ways.add(pool.next(rest, value));
    return pool.or(ways);
  }

  private Regex ofOr(Regex.Or or, int value) {
    RegexList ways = new RegexList();
    for (Regex part : or.parts) {
      ways.add(pool.next(part, value));
    }
    return pool.or(ways);
  }

  private Regex ofAnd(Regex.And and, int value) {
    RegexList ways = new RegexList();
    for (Regex part : and.parts) {
      Regex next = pool.next(part, value);
      if (next == pool.empty()) {
        return next;
      }
      ways.add(next);
    }
    return pool.and(ways);
  }

  private Regex ofRepeat(Regex.Repeat repeat, int value) {
    int left = repeat.most == Regex.UNBOUNDED ? Regex.UNBOUNDED : repeat.most - 1;
    Regex more = pool.repeat(repeat.inner, Math.max(repeat.least - 1, 0), left);
    return pool.concat(pool.next(repeat.inner, value), more);
  }

  /** A partition of the bytes in which all bytes of a class have the same derivative. */
  ByteClasses classes(Regex regex) {
    if (regex instanceof Regex.Concat concat) {
      return ofConcat(concat);
    } else if (regex instanceof Regex.Or or) {
      return pool.classes(or.parts);
    } else if (regex instanceof Regex.And and) {
      return pool.classes(and.parts);
    } else if (regex instanceof Regex.Repeat repeat) {
      return pool.classes(repeat.inner);
    } else if (regex instanceof Regex.Bytes bytes) {
      return pool.classes(bytes.set);
    } else if (regex instanceof Regex.Not not) {
      return pool.classes(not.inner);
    } else if (regex instanceof Regex.Loop loop) {
      return pool.classes(loop.definition);
    } else if (regex instanceof Regex.BeforeMark before) {
      return pool.combine(pool.classes(before.inner), pool.classes(ByteSet.of(before.mark)));
    }
    return regex instanceof MultipleOfRegex ? pool.digitClasses() : pool.oneClass();
  }

  private ByteClasses ofConcat(Regex.Concat whole) {
    ByteClasses found = pool.oneClass();
    Regex rest = whole;
    while (rest instanceof Regex.Concat concat) {
      found = pool.combine(found, pool.classes(concat.head));
      if (!concat.head.nullable) {
        return found;
      }
      rest = concat.tail;
    }
    return pool.combine(found, pool.classes(rest));
  }
}
