package io.pinion.guide.pattern;

import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.regex.ByteClasses;
import io.pinion.guide.regex.CharacterEncoding;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.ByteSet;
import io.pinion.guide.set.CodePoints;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/**
 * Compiles a pattern whose match is a part of a longer text, such as a grammar's terminal. Its
 * lookaheads see what comes after the match, too. They are followed where that decides nothing or
 * is decided by what may come after; else the pattern is refused.
 *
 * <p>The match and what follows it are one text with a mark between them, which lookaheads pass
 * over. Not thread-safe.
 */
public final class TerminalCompiler {
  /** A byte that UTF-8 does not have. */
  private static final int MARK = 0xff;

  private static final int MAX_STATES = 20_000;

  private final RegexPool pool;
  private final PatternCompiler patterns;

  public TerminalCompiler(RegexPool pool, Dialect dialect) {
    this.pool = pool;
    this.patterns = new PatternCompiler(new Utf8Encoding(pool), new Marked(pool), dialect);
  }

  /** As {@link PatternCompiler#parse}. */
  public Pattern parse(String pattern, String flags) {
    return patterns.parse(pattern, flags);
  }

  /** Matches what a pattern matches if all its anchors and lookaheads are left out. */
  public Regex relaxed(Pattern pattern) {
    return patterns.simple(withoutConditions(pattern));
  }

  /**
   * Matches what a pattern matches before some text.
   *
   * @param following all that may follow the match
   * @throws UnsupportedGuideException when what follows decides whether a text matches
   */
  public Regex before(Pattern pattern, Regex following) {
    Regex mark = pool.bytes(ByteSet.of(MARK));
    Regex whole = patterns.then(pattern, pool.concat(mark, following), PatternLoop.Before.BEYOND);
    decide(whole, following);
    return pool.beforeMark(whole, MARK);
  }

  /** Looks at every place at which the match may end. */
  private void decide(Regex whole, Regex following) {
    Set<Regex> seen = new HashSet<>();
    Deque<Regex> open = new ArrayDeque<>();
    seen.add(whole);
    open.add(whole);
    while (!open.isEmpty()) {
      Regex state = open.poll();
      Regex after = pool.next(state, MARK);
      if (pool.alive(after) && !pool.subset(following, after)) {
        throw new UnsupportedGuideException(
            "a lookahead, word boundary or $ looks past its end, where what follows decides");
      }
      if (seen.size() > MAX_STATES) {
        throw new UnsupportedGuideException("a lookahead needs too many states");
      }
      ByteClasses classes = pool.classes(state);
      for (int i = 0; i < classes.count(); i++) {
        int value = classes.member(i);
        Regex next = value == MARK ? pool.empty() : pool.next(state, value);
        if (next != pool.empty() && seen.add(next)) {
          open.add(next);
        }
      }
    }
  }

  private static Pattern withoutConditions(Pattern pattern) {
    if (pattern instanceof Pattern.Sequence sequence) {
      return new Pattern.Sequence(
          sequence.parts().stream().map(TerminalCompiler::withoutConditions).toList());
    } else if (pattern instanceof Pattern.Choice choice) {
      return new Pattern.Choice(
          choice.parts().stream().map(TerminalCompiler::withoutConditions).toList());
    } else if (pattern instanceof Pattern.Repeated repeated) {
      return new Pattern.Repeated(
          withoutConditions(repeated.inner()), repeated.least(), repeated.most());
    }
    return pattern.simple() ? pattern : new Pattern.Empty();
  }

  /** UTF-8 in which the mark may stand before each character, and at the end. */
  private static final class Marked extends CharacterEncoding {
    private final Regex mark;

    Marked(RegexPool pool) {
      super(pool);
      this.mark = pool.optional(pool.bytes(ByteSet.of(MARK)));
    }

    @Override
    protected Regex spell(CodePoints set) {
      RegexList ways = new RegexList();
      ways.add(Utf8Encoding.utf8(pool(), set));
      return pool().concat(mark, pool().or(ways));
    }

    @Override
    public Regex end() {
      return mark;
    }
  }
}
