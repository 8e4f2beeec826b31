package io.pinion.guide.pattern;

import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.regex.CharacterEncoding;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.set.CodePoints;
import java.util.List;

/**
 * Compiles a pattern to an expression over bytes. Anchors and lookahead are exact because each part
 * is compiled together with all that follows it: an end anchor restricts that to the empty text, a
 * lookahead intersects it with its condition.
 */
public final class PatternCompiler {
  private static final int MAX_UNROLLED = 16;

  private record Pending(Pattern pattern, Pending next) {}

  private final CharacterEncoding spelling;
  private final RegexPool pool;

  public PatternCompiler(CharacterEncoding spelling) {
    this.spelling = spelling;
    this.pool = spelling.pool();
  }

  /** Matches the texts that match a pattern completely. */
  public Regex full(String pattern) {
    return full(pattern, "");
  }

  /** Like {@link #full(String)}, with the flags of {@link PatternParser#parse}. */
  public Regex full(String pattern, String flags) {
    Pattern tree = PatternParser.parse(pattern, flags);
    return compile(new Pending(tree, null), pool.epsilon(), true);
  }

  /** Matches the texts that contain a match of a pattern, as JSON Schema's {@code pattern} does. */
  public Regex search(String pattern) {
    Pattern tree = PatternParser.parse(pattern, "");
    Pending pending = new Pending(tree, null);
    Regex atStart = compile(pending, spelling.any(), true);
    if (tree.simple()) {
      return pool.concat(spelling.any(), atStart);
    }
    Regex later = compile(pending, spelling.any(), false);
    Regex some = pool.plus(spelling.one(CodePoints.ALL));
    return pool.or(atStart, pool.concat(some, later));
  }

  private Regex compile(Pending pending, Regex after, boolean atStart) {
    if (pending == null) {
      return after;
    }
    Pattern pattern = pending.pattern;
    Pending rest = pending.next;
    if (pattern.simple()) {
      return simpleThen(pattern, rest, after, atStart);
    } else if (pattern instanceof Pattern.Start) {
      return atStart ? compile(rest, after, true) : pool.empty();
    } else if (pattern instanceof Pattern.End) {
      return pool.and(compile(rest, after, atStart), pool.epsilon());
    } else if (pattern instanceof Pattern.Ahead ahead) {
      Regex inner = compile(new Pending(ahead.inner(), null), spelling.any(), atStart);
      Regex condition = ahead.negative() ? pool.not(inner) : inner;
      return pool.and(condition, compile(rest, after, atStart));
    } else if (pattern instanceof Pattern.Sequence sequence) {
      return compile(prepend(sequence.parts(), rest), after, atStart);
    } else if (pattern instanceof Pattern.Choice choice) {
      RegexList ways = new RegexList();
      for (Pattern part : choice.parts()) {
        ways.add(compile(new Pending(part, rest), after, atStart));
      }
      return pool.or(ways);
    }
    return repeated((Pattern.Repeated) pattern, rest, after, atStart);
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

  private Regex simpleThen(Pattern pattern, Pending rest, Regex after, boolean atStart) {
    Regex first = simple(pattern);
    Regex moved = pool.concat(first, compile(rest, after, false));
    boolean mayStay = atStart && first.nullable;
    return mayStay ? pool.or(compile(rest, after, true), moved) : moved;
  }

  private Regex repeated(Pattern.Repeated repeated, Pending rest, Regex after, boolean atStart) {
    if (repeated.most() == Regex.UNBOUNDED) {
      return tempered(repeated, rest, after, atStart);
    }
    if (repeated.most() > MAX_UNROLLED) {
      throw new UnsupportedGuideException(
          "an anchor or lookahead that is repeated more than " + MAX_UNROLLED + " times");
    }
    RegexList ways = new RegexList();
    Pending pending = rest;
    for (int times = 0; times <= repeated.most(); times++) {
      if (times >= repeated.least()) {
        ways.add(compile(pending, after, atStart));
      }
      pending = new Pending(repeated.inner(), pending);
    }
    return pool.or(ways);
  }

  /**
   * The idiom {@code ((?!x).)*} at the end of the text, which means that no {@code x} begins in it.
   */
  private Regex tempered(Pattern.Repeated repeated, Pending rest, Regex after, boolean atStart) {
    Regex following = compile(rest, after, false);
    if (repeated.inner() instanceof Pattern.Sequence sequence
        && sequence.parts().size() == 2
        && sequence.parts().get(0) instanceof Pattern.Ahead ahead
        && sequence.parts().get(1) instanceof Pattern.Chars chars
        && following == pool.epsilon()) {
      Regex inner = compile(new Pending(ahead.inner(), null), spelling.any(), false);
      Regex bad = ahead.negative() ? inner : pool.not(inner);
      Regex one = spelling.one(chars.set());
      Regex some = pool.and(bad, pool.not(pool.epsilon()));
      Regex free = pool.not(pool.concat(spelling.any(), some));
      return pool.and(pool.repeat(one, repeated.least(), Regex.UNBOUNDED), free);
    }
    if (repeated.least() == 0 && following == spelling.any() && !atStart) {
      return following;
    }
    throw new UnsupportedGuideException("an anchor or lookahead inside an unbounded repeat");
  }

  private Regex simple(Pattern pattern) {
    if (pattern instanceof Pattern.Chars chars) {
      return spelling.one(chars.set());
    } else if (pattern instanceof Pattern.Sequence sequence) {
      Regex made = pool.epsilon();
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        made = pool.concat(simple(sequence.parts().get(i)), made);
      }
      return made;
    } else if (pattern instanceof Pattern.Choice choice) {
      RegexList ways = new RegexList();
      choice.parts().forEach(part -> ways.add(simple(part)));
      return pool.or(ways);
    } else if (pattern instanceof Pattern.Repeated repeated) {
      return pool.repeat(simple(repeated.inner()), repeated.least(), repeated.most());
    }
    return pool.epsilon();
  }
}
