package io.pinion.guide.grammar;

import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.pattern.PatternCompiler;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.CodePoints;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns a grammar as written into a network over lexemes. */
public final class GrammarCompiler {
  private final Grammar grammar;
  private final Lexer lexer;
  private final RegexPool pool;
  private final Utf8Encoding spelling;
  private final PatternCompiler patterns;
  private final Map<String, Regex> terminals = new HashMap<>();
  private final Set<String> inProgress = new HashSet<>();
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  private GrammarCompiler(Grammar grammar, Lexer lexer) {
    this.grammar = grammar;
    this.lexer = lexer;
    this.pool = lexer.pool();
    this.spelling = new Utf8Encoding(pool);
    this.patterns = new PatternCompiler(spelling);
  }

  /**
   * @throws GuideException for unknown names, recursive terminals, or when no text fits
   */
  public static TransitionNetwork compile(Grammar grammar, Lexer lexer) {
    return new GrammarCompiler(grammar, lexer).network();
  }

  private TransitionNetwork network() {
    if (!grammar.rules().containsKey(grammar.start())) {
      throw new GuideException("the grammar has no rule " + grammar.start());
    }
    grammar.rules().keySet().forEach(name -> numbers.put(name, numbers.size()));
    List<Production> rules = new ArrayList<>();
    grammar.rules().values().forEach(tree -> rules.add(production(tree)));
    RegexList ignored = new RegexList();
    grammar.ignored().forEach(tree -> ignored.add(regex(tree)));
    Regex between = pool.or(ignored);
    int lexeme = between == pool.empty() ? -1 : lexer.lexeme(withoutEmpty(between));
    ProductiveRules.prune(rules, lexer);
    int root = numbers.get(grammar.start());
    if (rules.get(root) == null) {
      throw new GuideException("the grammar allows no text at all");
    }
    return new GrammarNetwork(rules, root, lexeme, lexer);
  }

  private Regex withoutEmpty(Regex regex) {
    return regex.nullable ? pool.and(regex, pool.not(pool.epsilon())) : regex;
  }

  private Production production(GrammarTree tree) {
    if (tree instanceof GrammarTree.Reference reference) {
      Integer rule = numbers.get(reference.name());
      return rule != null ? new Production.Call(rule) : lexeme(terminal(reference.name()));
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      return new Production.Sequence(productions(sequence.parts()), 0);
    } else if (tree instanceof GrammarTree.Choice choice) {
      return new Production.Choice(productions(choice.parts()));
    } else if (tree instanceof GrammarTree.Repeated repeated) {
      return repeated(production(repeated.inner()), repeated.least(), repeated.most());
    }
    return lexeme(regex(tree));
  }

  /** Repeats without an upper bound of repeats without one are joined. */
  private static Production repeated(Production inner, int least, int most) {
    if (inner instanceof Production.Repeated one && one.most() == Regex.UNBOUNDED && most > 0) {
      long times = (long) one.least() * least;
      if (times < Regex.UNBOUNDED && (least > 0 || one.least() <= 1)) {
        return new Production.Repeated(one.inner(), (int) times, Regex.UNBOUNDED);
      }
    }
    return new Production.Repeated(inner, least, most);
  }

  private Production lexeme(Regex regex) {
    return regex == pool.epsilon()
        ? Production.NOTHING
        : new Production.Lexeme(lexer.lexeme(regex));
  }

  private List<Production> productions(List<GrammarTree> trees) {
    List<Production> made = new ArrayList<>();
    trees.forEach(tree -> made.add(production(tree)));
    return List.copyOf(made);
  }

  private Regex terminal(String name) {
    Regex known = terminals.get(name);
    if (known != null) {
      return known;
    }
    GrammarTree tree = grammar.terminals().get(name);
    if (tree == null) {
      String what = grammar.rules().containsKey(name) ? "a terminal uses the rule " : "lacks ";
      throw new GuideException("the grammar: " + what + name);
    }
    if (inProgress.size() > 200 || !inProgress.add(name)) {
      throw new GuideException(
          "the grammar's terminal " + name + " uses itself, or too many others");
    }
    Regex made = regex(tree);
    inProgress.remove(name);
    terminals.put(name, made);
    return made;
  }

  private Regex regex(GrammarTree tree) {
    if (tree instanceof GrammarTree.Text text) {
      return text(text);
    } else if (tree instanceof GrammarTree.Expression expression) {
      return patterns.full(expression.pattern(), expression.flags());
    } else if (tree instanceof GrammarTree.Chars chars) {
      return spelling.one(chars.set());
    } else if (tree instanceof GrammarTree.Reference reference) {
      return terminal(reference.name());
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      Regex made = pool.epsilon();
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        made = pool.concat(regex(sequence.parts().get(i)), made);
      }
      return made;
    } else if (tree instanceof GrammarTree.Choice choice) {
      RegexList ways = new RegexList();
      choice.parts().forEach(part -> ways.add(regex(part)));
      return pool.or(ways);
    }
    GrammarTree.Repeated repeated = (GrammarTree.Repeated) tree;
    return pool.repeat(regex(repeated.inner()), repeated.least(), repeated.most());
  }

  private Regex text(GrammarTree.Text text) {
    if (!text.ignoreCase()) {
      return pool.literal(text.text());
    }
    Regex made = pool.epsilon();
    int[] codePoints = text.text().codePoints().toArray();
    for (int i = codePoints.length - 1; i >= 0; i--) {
      made = pool.concat(spelling.one(CodePoints.of(codePoints[i]).foldCase()), made);
    }
    return made;
  }
}
