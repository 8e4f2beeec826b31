package io.pinion.guide.regex;

import io.pinion.guide.set.ByteSet;

/**
 * A regular expression over bytes, hash-consed by the {@code RegexPool} that created it: equal
 * expressions of one pool are the same object. Each is therefore also a state of a lazily built
 * DFA, with derivatives as transitions. What it matches never changes; the pool's cached facts
 * about it do, under the lock of the pool's owner.
 */
public abstract sealed class Regex
    permits Regex.Empty,
        Regex.Epsilon,
        Regex.Bytes,
        Regex.Literal,
        Regex.Concat,
        Regex.Or,
        Regex.And,
        Regex.Not,
        Regex.Repeat,
        Regex.Loop,
        Regex.BeforeMark,
        MultipleOfRegex {
  public static final int UNBOUNDED = Integer.MAX_VALUE;

  /** Whether the empty text matches. */
  public final boolean nullable;

  /**
   * Whether the expression has no and, not or {@link MultipleOfRegex} in it, apart from the
   * complement of nothing; it then matches something unless it is {@link Empty}.
   */
  public final boolean plain;

  /** Whether infinitely many texts are known to match; false if not known. */
  final boolean infinite;

  /** A lower bound of the length in bytes of matching texts; exact for a plain expression. */
  public final int shortest;

  public int id;
  ByteClasses classes;
  Regex[] next;

  /** 1 if some text matches, -1 if none does, 0 if not known. */
  byte life;

  Regex(boolean nullable, boolean plain, boolean infinite, long shortest) {
    this.nullable = nullable;
    this.shortest = nullable ? 0 : (int) Math.min(shortest, UNBOUNDED);
    this.plain = plain;
    this.infinite = infinite;
    this.life = (byte) (plain ? 1 : 0);
  }

  /** The first part of a concatenation; of any other expression, the expression itself. */
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

  /** Matches the bytes of a long text from a place on, without an expression for each of them. */
  static final class Literal extends Regex {
    final byte[] text;
    final int from;

    Literal(byte[] text, int from) {
      super(false, true, false, text.length - from);
      this.text = text;
      this.from = from;
    }
  }

  /** Matches one expression after another. The head is never a concatenation itself. */
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

    /** An infinite language less finitely many texts is not empty. */
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

    /** Whether the part matches any string of digits. */
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

  /**
   * Matches {@code least} to {@code most} repetitions of an expression. Derivatives decrease the
   * counts; repeats are never unrolled.
   */
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

  /**
   * Matches what another expression matches that has this one in it, so that rounds are possible
   * which have conditions on all that follows. Each is an expression of its own.
   */
  public static final class Loop extends Regex {
    Regex definition;

    /** A loop that is not defined yet; {@code leave} is what it matches without another round. */
    Loop(Regex leave) {
      super(leave.nullable, false, false, leave.shortest);
      life = (byte) Math.max(leave.life, 0);
    }
  }

  /** Matches the beginning of each text of an expression up to the only place of a mark in it. */
  static final class BeforeMark extends Regex {
    final Regex inner;
    final int mark;

    /** {@code ends} tells whether the mark may come next and be followed by some text. */
    BeforeMark(Regex inner, int mark, boolean ends) {
      super(ends, false, false, 1);
      this.inner = inner;
      this.mark = mark;
    }
  }

  /** Whether infinitely many texts are known to match; false if not known. */
  public boolean infinite() {
    return infinite;
  }

  /** Whether only finitely many texts are known to match; false if not known. */
  public boolean finite() {
    return plain && !infinite;
  }
}
