package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;

/**
 * A regular expression over bytes, hash-consed by the {@code RegexPool} that made it: equal
 * expressions of one pool are the same object, so each is also a state of a lazily built DFA whose
 * transitions are derivatives. What it matches never changes; what the pool remembers of it does,
 * under the lock of the pool's owner.
 */
public abstract sealed class Regex
    permits Regex.Empty,
        Regex.Epsilon,
        Regex.Bytes,
        Regex.Concat,
        Regex.Or,
        Regex.And,
        Regex.Not,
        Regex.Repeat,
        MultipleOfRegex {
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Whether the empty text matches. */
  public final boolean nullable;

  /** Whether the expression is free of and, not and automata, so that it matches something. */
  public final boolean plain;

  /** Whether there is surely no end to how many texts match; false when not known. */
  final boolean infinite;

  /** No text that matches has fewer bytes; just the number for a plain expression. */
  public final int shortest;

  public int id;
  ByteClasses classes;
  Regex[] next;

  /** 0 when not known, 1 when some text matches, -1 when none does. */
  byte life;

  Regex(boolean nullable, boolean plain, boolean infinite, long shortest) {
    this.nullable = nullable;
    this.shortest = nullable ? 0 : (int) Math.min(shortest, UNBOUNDED);
    this.plain = plain;
    this.infinite = infinite;
    this.life = (byte) (plain ? 1 : 0);
  }

  /** The first part of a concatenation, or the whole. */
  public Regex head() {
    return this;
  }

  /** Matches nothing. */
  static final class Empty extends Regex {
    Empty() {
      super(false, true, false, UNBOUNDED);
      life = -1;
    }
  }

  /** Matches the empty text. */
  static final class Epsilon extends Regex {
    Epsilon() {
      super(true, true, false, 0);
    }
  }

  /** Matches one byte of a set. */
  public static final class Bytes extends Regex {
    public final ByteSet set;

    Bytes(ByteSet set) {
      super(false, true, false, 1);
      this.set = set;
    }
  }

  /** One expression after another; the first is never a concatenation itself. */
  static final class Concat extends Regex {
    final Regex head;
    final Regex tail;

    Concat(Regex head, Regex tail) {
      super(
          head.nullable && tail.nullable,
          head.plain && tail.plain,
          head.infinite || tail.infinite,
          (long) head.shortest + tail.shortest);
      this.head = head;
      this.tail = tail;
      if (!plain) {
        life = (byte) Math.min(head.life, tail.life);
      }
    }

    @Override
    public Regex head() {
      return head;
    }
  }

  /** Matches what any of several expressions match. */
  public static final class Or extends Regex {
    public final Regex[] parts;

    Or(Regex[] parts) {
      super(any(parts, 0), all(parts), any(parts, 1), shortest(parts));
      this.parts = parts;
      for (Regex part : parts) {
        life = (byte) Math.max(life, part.life);
      }
    }

    private static int shortest(Regex[] parts) {
      int shortest = UNBOUNDED;
      for (Regex part : parts) {
        shortest = Math.min(shortest, part.shortest);
      }
      return shortest;
    }

    private static boolean any(Regex[] parts, int which) {
      for (Regex part : parts) {
        if (which == 0 ? part.nullable : part.infinite) {
          return true;
        }
      }
      return false;
    }

    private static boolean all(Regex[] parts) {
      for (Regex part : parts) {
        if (!part.plain) {
          return false;
        }
      }
      return true;
    }
  }

  /** Matches what all of several expressions match. */
  public static final class And extends Regex {
    public final Regex[] parts;

    And(Regex[] parts) {
      super(all(parts), false, false, shortest(parts));
      this.parts = parts;
      if (surelyAlive(parts)) {
        life = 1;
      }
    }

    private static boolean all(Regex[] parts) {
      for (Regex part : parts) {
        if (!part.nullable) {
          return false;
        }
      }
      return true;
    }

    private static int shortest(Regex[] parts) {
      int shortest = 1;
      for (Regex part : parts) {
        shortest = Math.max(shortest, part.shortest);
      }
      return shortest;
    }

    /** Without end, less finitely many texts: something is left. */
    private static boolean surelyAlive(Regex[] parts) {
      int positive = 0;
      for (Regex part : parts) {
        if (part instanceof MultipleOfRegex multiple && multiple.takesDigits()) {
          if (parts.length > 2 || !(takesDigits(parts[0]) || takesDigits(parts[1]))) {
            return false;
          }
        } else if (part instanceof Not not) {
          if (!not.inner.finite()) {
            return false;
          }
        } else if (!part.plain || !part.infinite || ++positive > 1) {
          return false;
        }
      }
      return true;
    }

    /** Whether any digits may come and the text may end after them. */
    private static boolean takesDigits(Regex part) {
      Regex head = part.head();
      return part.nullable
          && head instanceof Repeat repeat
          && repeat.most == UNBOUNDED
          && repeat.inner instanceof Bytes bytes
          && bytes.set.intersection(ByteSet.range('0', '9')).size() == 10;
    }
  }

  /** Matches every byte sequence that an expression does not match. */
  public static final class Not extends Regex {
    public final Regex inner;

    Not(Regex inner) {
      super(!inner.nullable, inner instanceof Empty, inner instanceof Empty, 1);
      this.inner = inner;
      if (nullable || inner.finite()) {
        life = 1;
      }
    }
  }

  /** From so many to so many times an expression; the counts are lowered, never unrolled. */
  public static final class Repeat extends Regex {
    public final Regex inner;
    final int least;
    public final int most;

    Repeat(Regex inner, int least, int most) {
      super(
          least == 0 || inner.nullable,
          inner.plain,
          inner.infinite || most == UNBOUNDED && inner.plain,
          (long) least * inner.shortest);
      this.inner = inner;
      this.least = least;
      this.most = most;
      if (nullable) {
        life = 1;
      }
    }
  }

  /** Whether only finitely many texts match; plain expressions only, false when in doubt. */
  public boolean finite() {
    return plain && !infinite;
  }
}
