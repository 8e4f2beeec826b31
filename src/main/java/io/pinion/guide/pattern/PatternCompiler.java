package io.pinion.guide.pattern;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.pattern.PatternLoop.Before;
import io.pinion.guide.pattern.PatternLoop.Pending;
import io.pinion.guide.regex.CharacterEncoding;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.set.CharacterSet;
import io.pinion.guide.set.CodePoints;
import java.util.List;

/**
 * Compiles a pattern to an expression over bytes. Anchors, word boundaries and lookahead are exact
 * because each part is compiled together with all that follows it: an end anchor restricts that to
 * the empty text, a lookahead intersects it with its condition.
 *
 * <p>Where engines read a pattern differently, the expression matches what matches in every
 * reading; inside a negative lookahead therefore what matches in some. Not thread-safe.
 */
public final class PatternCompiler {
  private static final int MAX_UNROLLED = 16;
  private static final CharacterSet LINE_BREAKS =
      CharacterSet.of(CodePoints.each("\n\r\u0085\u2028\u2029"));

  private final Dialect dialect;
  private final CharacterEncoding spelling;
  private final CharacterEncoding ahead;
  private final RegexPool pool;

  /** The characters that are looked at for word boundaries. */
  private CharacterSet words;

  public PatternCompiler(CharacterEncoding spelling, Dialect dialect) {
    this(spelling, spelling, dialect);
  }

  /**
   * A compiler whose lookaheads see another spelling of the text.
   *
   * @param ahead matches what the spelling matches, and more
   */
  PatternCompiler(CharacterEncoding spelling, CharacterEncoding ahead, Dialect dialect) {
    this.spelling = spelling;
    this.ahead = ahead;
    this.dialect = dialect;
    this.pool = spelling.pool();
  }

  /**
   * The syntax tree of a pattern.
   *
   * @param flags letters of flags
   * @throws UnsupportedGuideException for what is not supported, or has several readings
   * @throws GuideException for invalid syntax
   */
  public Pattern parse(String pattern, String flags) {
    return PatternParser.parse(pattern, flags, dialect);
  }

  /** Matches the texts that match a pattern completely; throws as {@link #parse}. */
  public Regex full(String pattern) {
    return then(parse(pattern, ""), pool.epsilon(), Before.START);
  }

  /**
   * Matches the texts that match a pattern and go on with an expression.
   *
   * @param before what stands before them
   * @throws UnsupportedGuideException for what cannot be decided, such as an anchor in a loop
   */
  Regex then(Pattern pattern, Regex after, Before before) {
    return compile(new Pending(pattern, null), after, before, false);
  }

  /** Matches what a pattern without anchors and lookahead matches. */
  public Regex simple(Pattern pattern) {
    return simple(pattern, false);
  }

  /** Matches the texts that contain a match of a pattern, as JSON Schema's {@code pattern} does. */
  public Regex search(String pattern) {
    Pattern tree = parse(pattern, "");
    Pending pending = new Pending(tree, null);
    Regex atStart = compile(pending, spelling.any(), Before.START, false);
    if (tree.simple()) {
      return pool.concat(spelling.any(), atStart);
    }
    Pattern some =
        new Pattern.Repeated(
            new Pattern.Chars(CharacterSet.of(CodePoints.ALL)), 1, Regex.UNBOUNDED);
    Pending later = new Pending(some, pending);
    return pool.or(atStart, compile(later, spelling.any(), Before.START, false));
  }

  /**
   * @param some whether to match what matches in some reading rather than in every one
   */
  private Regex compile(Pending pending, Regex after, Before before, boolean some) {
    pool.spend();
    if (pending == null) {
      return after;
    }
    Pattern pattern = pending.pattern();
    Pending rest = pending.next();
    if (pattern.simple()) {
      return simpleThen(pattern, rest, after, before, some);
    } else if (pattern instanceof Pattern.Start) {
      refuse(before);
      return before == Before.START ? compile(rest, after, before, some) : pool.empty();
    } else if (pattern instanceof Pattern.End end) {
      return pool.and(compile(rest, after, before, some), end(end, some));
    } else if (pattern instanceof Pattern.Boundary boundary) {
      Regex next = boundary(boundary, before, some);
      return pool.and(compile(rest, after, before, some), next);
    } else if (pattern instanceof Pattern.Ahead look) {
      return pool.and(condition(look, before, some), compile(rest, after, before, some));
    } else if (pattern instanceof Pattern.Sequence sequence) {
      return compile(prepend(sequence.parts(), rest), after, before, some);
    } else if (pattern instanceof Pattern.Choice choice) {
      RegexList ways = new RegexList();
      for (Pattern part : choice.parts()) {
        ways.add(compile(new Pending(part, rest), after, before, some));
      }
      return pool.or(ways);
    } else if (pattern instanceof Pattern.Again again) {
      return round(again.loop(), before);
    }
    return repeated((Pattern.Repeated) pattern, rest, after, before, some);
  }

  /** What may follow an end anchor. */
  private Regex end(Pattern.End end, boolean some) {
    Regex none = ahead.end();
    return switch (end.lastBreak()) {
      case NEVER -> none;
      case ALWAYS -> lastBreak(CodePoints.of('\n'), none);
      case SOMETIMES -> some ? lastBreak(LINE_BREAKS.some(), none) : none;
    };
  }

  private Regex lastBreak(CodePoints breaks, Regex none) {
    Regex one = pool.concat(ahead.one(breaks), none);
    Regex two = pool.concat(ahead.one(CodePoints.of('\r')), ahead.one(CodePoints.of('\n')), none);
    return breaks.contains('\r') ? pool.or(none, one, two) : pool.or(none, one);
  }

  private Regex condition(Pattern.Ahead look, Before before, boolean some) {
    boolean negative = look.negative();
    PatternCompiler inside = ahead == spelling ? this : new PatternCompiler(ahead, dialect);
    Regex inner =
        inside.compile(
            new Pending(look.inner(), null), ahead.anyToTheEnd(), before, negative != some);
    return negative ? pool.not(inner) : inner;
  }

  private static void refuse(Before before) {
    if (before == Before.BEYOND) {
      throw new UnsupportedGuideException("an anchor or word boundary looks before its beginning");
    }
  }

  /** What may follow a place that is, or is not, a word's boundary. */
  private Regex boundary(Pattern.Boundary boundary, Before before, boolean some) {
    refuse(before);
    CharacterSet set = boundary.words();
    Regex word = pool.concat(ahead.one(some ? set.some() : set.every()), ahead.anyToTheEnd());
    Regex surely = pool.concat(ahead.one(some ? set.every() : set.some()), ahead.anyToTheEnd());
    Regex noWord = pool.not(surely);
    if (before == Before.START && dialect == Dialect.COMMON && boundary.negative() && !some) {
      return pool.and(noWord, pool.not(ahead.end()));
    }
    return switch (before) {
      case START, OTHER -> boundary.negative() ? noWord : word;
      case WORD -> boundary.negative() ? word : noWord;
      case UNSURE -> some ? pool.all() : pool.empty();
      case SOMETHING, BEYOND ->
          throw new IllegalStateException("the character before is not known");
    };
  }

  /**
   * Prepends parts. Runs of parts without anchors and lookahead stay together, so that long
   * patterns do not cause deep recursion.
   */
  private static Pending prepend(List<Pattern> parts, Pending rest) {
    Pending made = rest;
    int end = parts.size();
    while (end > 0) {
      int from = end - 1;
      while (from > 0 && parts.get(from).simple() && parts.get(from - 1).simple()) {
        from--;
      }
      boolean one = end - from == 1;
      Pattern run = one ? parts.get(from) : new Pattern.Sequence(parts.subList(from, end));
      made = new Pending(run, made);
      end = from;
    }
    return made;
  }

  private Regex simpleThen(
      Pattern pattern, Pending rest, Regex after, Before before, boolean some) {
    Regex first = simple(pattern, some);
    if (rest != null && rest.looksBack()) {
      return simpleBeforeBoundary(first, rest, after, before, some);
    }
    Regex moved = pool.concat(first, compile(rest, after, Before.SOMETHING, some));
    boolean mayStay = before != Before.SOMETHING && first.nullable;
    return mayStay ? pool.or(compile(rest, after, before, some), moved) : moved;
  }

  /** Parts the texts by their last character, which a boundary that follows looks at. */
  private Regex simpleBeforeBoundary(
      Regex first, Pending rest, Regex after, Before before, boolean some) {
    CharacterSet set = words();
    RegexList ways = new RegexList();
    if (first.nullable) {
      ways.add(compile(rest, after, before, some));
    }
    for (Before last : new Before[] {Before.WORD, Before.OTHER, Before.UNSURE}) {
      CodePoints ends =
          switch (last) {
            case WORD -> set.every();
            case OTHER -> set.some().complement();
            default -> set.some().minus(set.every());
          };
      Regex part = pool.and(first, pool.concat(spelling.any(), spelling.one(ends)));
      if (pool.alive(part)) {
        ways.add(pool.concat(part, compile(rest, after, last, some)));
      }
    }
    return pool.or(ways);
  }

  private CharacterSet words() {
    if (words == null) {
      words = dialect.shorthands().words();
    }
    return words;
  }

  private Regex repeated(
      Pattern.Repeated repeated, Pending rest, Regex after, Before before, boolean some) {
    if (repeated.most() == Regex.UNBOUNDED) {
      return endless(repeated, rest, after, before, some);
    }
    if (repeated.most() > MAX_UNROLLED) {
      throw new UnsupportedGuideException(
          "an anchor or lookahead that is repeated more than " + MAX_UNROLLED + " times");
    }
    RegexList ways = new RegexList();
    Pending pending = rest;
    for (int times = 0; times <= repeated.most(); times++) {
      if (times >= repeated.least()) {
        ways.add(compile(pending, after, before, some));
      }
      pending = new Pending(repeated.inner(), pending);
    }
    return pool.or(ways);
  }

  /** A repeat that goes round: each round is followed by another one, or by the rest. */
  private Regex endless(
      Pattern.Repeated repeated, Pending rest, Regex after, Before before, boolean some) {
    if (repeated.inner().mayBeEmpty() || repeated.least() > MAX_UNROLLED) {
      throw new UnsupportedGuideException(
          "an anchor or lookahead inside an unbounded repeat of what may be empty, or that is"
              + " repeated more than "
              + MAX_UNROLLED
              + " times");
    }
    PatternLoop loop = new PatternLoop(repeated.inner(), rest, after, some);
    Pending pending = new Pending(new Pattern.Again(loop), null);
    for (int times = 0; times < repeated.least(); times++) {
      pending = new Pending(repeated.inner(), pending);
    }
    return compile(pending, after, before, some);
  }

  private Regex round(PatternLoop loop, Before before) {
    Regex known = loop.round(before);
    if (known != null) {
      return known;
    }
    Regex leave = compile(loop.rest, loop.after, before, loop.some);
    if (leave == spelling.any()) {
      return leave;
    }
    Regex.Loop round = pool.loop(leave);
    loop.round(before, round);
    Pending again = new Pending(loop.inner, new Pending(new Pattern.Again(loop), null));
    pool.define(round, pool.or(leave, compile(again, loop.after, before, loop.some)));
    return round;
  }

  private Regex simple(Pattern pattern, boolean some) {
    if (pattern instanceof Pattern.Chars chars) {
      return spelling.one(some ? chars.set().some() : chars.set().every());
    } else if (pattern instanceof Pattern.Made made) {
      return made.regex();
    } else if (pattern instanceof Pattern.Sequence sequence) {
      Regex made = pool.epsilon();
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        made = pool.concat(simple(sequence.parts().get(i), some), made);
      }
      return made;
    } else if (pattern instanceof Pattern.Choice choice) {
      RegexList ways = new RegexList();
      choice.parts().forEach(part -> ways.add(simple(part, some)));
      return pool.or(ways);
    } else if (pattern instanceof Pattern.Repeated repeated) {
      return pool.repeat(simple(repeated.inner(), some), repeated.least(), repeated.most());
    }
    return pool.epsilon();
  }
}
