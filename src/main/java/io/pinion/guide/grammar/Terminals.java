package io.pinion.guide.grammar;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.pattern.Dialect;
import io.pinion.guide.pattern.Pattern;
import io.pinion.guide.pattern.TerminalCompiler;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.CharacterSet;
import io.pinion.guide.set.CodePoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The terminals of a grammar as expressions. A terminal that is made of others is one pattern, so
 * that a lookahead in it sees the rest of it. Not thread-safe.
 */
final class Terminals {
  private static final int MAX_NESTED = 200;

  /** What looking into a terminal costs of the budget, once for each time that it is used. */
  private static final int STEPS_OF_A_USE = 16;

  private final Grammar grammar;
  private final RegexPool pool;
  private final Utf8Encoding spelling;
  private final TerminalCompiler patterns;
  private final Map<GrammarTree.Expression, Pattern> parsed = new HashMap<>();
  private final Map<String, Regex> known = new HashMap<>();
  private final Map<String, Boolean> lookingAhead = new HashMap<>();
  private final Set<String> inProgress = new HashSet<>();
  private final Map<GrammarTree, Regex> relaxed = new LinkedHashMap<>();
  private Map<GrammarTree, Regex> following = Map.of();

  Terminals(Grammar grammar, RegexPool pool) {
    this.grammar = grammar;
    this.pool = pool;
    this.spelling = new Utf8Encoding(pool);
    this.patterns = new TerminalCompiler(pool, Dialect.PYTHON);
  }

  /** Whether some terminal has a lookahead, an anchor or a word boundary. */
  boolean anyLooksAhead() {
    List<GrammarTree> all = new ArrayList<>(grammar.rules().values());
    all.addAll(grammar.terminals().values());
    all.addAll(grammar.ignored());
    return all.stream().anyMatch(this::mentionsLookahead);
  }

  private boolean mentionsLookahead(GrammarTree tree) {
    if (tree instanceof GrammarTree.Expression expression) {
      return !pattern(expression).simple();
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      return sequence.parts().stream().anyMatch(this::mentionsLookahead);
    } else if (tree instanceof GrammarTree.Choice choice) {
      return choice.parts().stream().anyMatch(this::mentionsLookahead);
    }
    return tree instanceof GrammarTree.Repeated repeated && mentionsLookahead(repeated.inner());
  }

  /** Tells what may follow each terminal that looks ahead; from then on they are exact. */
  void following(Map<GrammarTree, Regex> after) {
    following = after;
    known.clear();
  }

  /** The terminals that look ahead, as if they did not. */
  Map<GrammarTree, Regex> relaxed() {
    return relaxed;
  }

  Regex any() {
    return spelling.any();
  }

  /**
   * The texts of a terminal, which may be a part of a rule.
   *
   * @throws UnsupportedGuideException when what follows the terminal decides about its text
   */
  Regex regex(GrammarTree tree) {
    if (!looksAhead(tree)) {
      return simple(tree);
    }
    Pattern pattern = pattern(tree);
    Regex after = following.get(tree);
    if (after == null) {
      return relaxed.computeIfAbsent(tree, t -> patterns.relaxed(pattern));
    }
    try {
      return patterns.before(pattern, after);
    } catch (UnsupportedGuideException e) {
      throw new UnsupportedGuideException(
          "the grammar's terminal "
              + shown(tree)
              + ": "
              + e.getMessage()
              + "; write the terminal without it, or put what must follow into the terminal");
    }
  }

  static String shown(GrammarTree tree) {
    if (tree instanceof GrammarTree.Reference reference) {
      return reference.name();
    } else if (tree instanceof GrammarTree.Expression expression) {
      return "/" + expression.pattern() + "/";
    }
    return "in a rule";
  }

  private boolean looksAhead(GrammarTree tree) {
    if (tree instanceof GrammarTree.Reference reference) {
      Boolean looks = lookingAhead.get(reference.name());
      if (looks == null) {
        looks = within(reference.name(), this::looksAhead);
        lookingAhead.put(reference.name(), looks);
      }
      return looks;
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      return sequence.parts().stream().anyMatch(this::looksAhead);
    } else if (tree instanceof GrammarTree.Choice choice) {
      return choice.parts().stream().anyMatch(this::looksAhead);
    } else if (tree instanceof GrammarTree.Repeated repeated) {
      return looksAhead(repeated.inner());
    }
    return tree instanceof GrammarTree.Expression expression && !pattern(expression).simple();
  }

  /** Looks at what a terminal is made of. */
  private <T> T within(String name, Function<GrammarTree, T> look) {
    GrammarTree tree = grammar.terminals().get(name);
    if (tree == null) {
      String what = grammar.rules().containsKey(name) ? "a terminal uses the rule " : "lacks ";
      throw new GuideException("the grammar: " + what + name);
    }
    if (inProgress.size() > MAX_NESTED || !inProgress.add(name)) {
      throw new GuideException(
          "the grammar's terminal " + name + " uses itself, or too many others");
    }
    pool.spend(STEPS_OF_A_USE);
    T found = look.apply(tree);
    inProgress.remove(name);
    return found;
  }

  private Pattern pattern(GrammarTree.Expression expression) {
    return parsed.computeIfAbsent(expression, e -> patterns.parse(e.pattern(), e.flags()));
  }

  private Pattern pattern(GrammarTree tree) {
    if (tree instanceof GrammarTree.Reference reference) {
      return within(reference.name(), this::pattern);
    } else if (tree instanceof GrammarTree.Expression expression) {
      return pattern(expression);
    } else if (tree instanceof GrammarTree.Chars chars) {
      return new Pattern.Chars(CharacterSet.of(chars.set()));
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      return new Pattern.Sequence(sequence.parts().stream().map(this::pattern).toList());
    } else if (tree instanceof GrammarTree.Choice choice) {
      return new Pattern.Choice(choice.parts().stream().map(this::pattern).toList());
    } else if (tree instanceof GrammarTree.Repeated repeated) {
      return new Pattern.Repeated(pattern(repeated.inner()), repeated.least(), repeated.most());
    }
    return new Pattern.Made(simple(tree));
  }

  private Regex simple(GrammarTree tree) {
    if (tree instanceof GrammarTree.Text text) {
      return text(text);
    } else if (tree instanceof GrammarTree.Expression expression) {
      return patterns.relaxed(pattern(expression));
    } else if (tree instanceof GrammarTree.Chars chars) {
      return spelling.one(chars.set());
    } else if (tree instanceof GrammarTree.Reference reference) {
      Regex found = known.get(reference.name());
      if (found == null) {
        found = within(reference.name(), this::simple);
        known.put(reference.name(), found);
      }
      return found;
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      Regex made = pool.epsilon();
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        made = pool.concat(simple(sequence.parts().get(i)), made);
      }
      return made;
    } else if (tree instanceof GrammarTree.Choice choice) {
      RegexList ways = new RegexList();
      choice.parts().forEach(part -> ways.add(simple(part)));
      return pool.or(ways);
    }
    GrammarTree.Repeated repeated = (GrammarTree.Repeated) tree;
    return pool.repeat(simple(repeated.inner()), repeated.least(), repeated.most());
  }

  private Regex text(GrammarTree.Text text) {
    if (!text.ignoreCase()) {
      return pool.literal(text.text());
    }
    Regex made = pool.epsilon();
    int[] codePoints = text.text().codePoints().toArray();
    for (int i = codePoints.length - 1; i >= 0; i--) {
      made = pool.concat(spelling.one(CodePoints.of(codePoints[i]).foldEveryCase()), made);
    }
    return made;
  }
}
