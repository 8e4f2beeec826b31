package io.pinion.guide.grammar;

import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns a grammar as written into a network over lexemes. Where terminals look past their ends, the
 * grammar is read twice: first without that, to see what may follow them.
 */
public final class GrammarCompiler {
  private final Grammar grammar;
  private final Lexer lexer;
  private final RegexPool pool;
  private final Terminals terminals;
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  private GrammarCompiler(Grammar grammar, Lexer lexer, Terminals terminals) {
    this.grammar = grammar;
    this.lexer = lexer;
    this.pool = lexer.pool();
    this.terminals = terminals;
  }

  /**
   * The network of a grammar.
   *
   * @throws GuideException for unknown names, recursive terminals, terminals that what follows them
   *     decides, or when no text fits
   */
  public static TransitionNetwork compile(Grammar grammar, Lexer lexer) {
    Terminals terminals = new Terminals(grammar, lexer.pool());
    if (terminals.anyLooksAhead()) {
      Lexer relaxed = lexer.sibling();
      terminals.following(new GrammarCompiler(grammar, relaxed, terminals).following());
    }
    return new GrammarCompiler(grammar, lexer, terminals).network();
  }

  /** What may follow each terminal that looks ahead. */
  private Map<GrammarTree, Regex> following() {
    List<Production> rules = rules();
    int ignored = ignored();
    int root = numbers.get(grammar.start());
    BitSet[] after = Following.of(rules, root, lexer.lexemes(), ignored, lexer);
    Regex any = terminals.any();
    Map<GrammarTree, Regex> found = new HashMap<>();
    terminals
        .relaxed()
        .forEach(
            (tree, regex) -> {
              if (grammar.ignored().contains(tree)) {
                found.put(tree, any);
                return;
              }
              if (regex == pool.epsilon()) {
                throw new UnsupportedGuideException(
                    "the grammar's terminal "
                        + Terminals.shown(tree)
                        + " takes no character and only looks at those beside it; put it into the"
                        + " terminal before it");
              }
              RegexList ways = new RegexList();
              BitSet next = after[lexer.lexeme(regex)];
              for (int i = next.nextSetBit(0); i >= 0; i = next.nextSetBit(i + 1)) {
                boolean end = i == after.length;
                ways.add(end ? pool.epsilon() : pool.concat(lexer.regex(i), any));
              }
              found.put(tree, pool.or(ways));
            });
    return found;
  }

  private TransitionNetwork network() {
    List<Production> rules = rules();
    int ignored = ignored();
    ProductiveRules.prune(rules, lexer);
    int root = numbers.get(grammar.start());
    if (rules.get(root) == null) {
      throw new GuideException("the grammar allows no text at all");
    }
    return new GrammarNetwork(rules, root, ignored, lexer);
  }

  private List<Production> rules() {
    if (!grammar.rules().containsKey(grammar.start())) {
      throw new GuideException("the grammar has no rule " + grammar.start());
    }
    grammar.rules().keySet().forEach(name -> numbers.put(name, numbers.size()));
    List<Production> rules = new ArrayList<>();
    grammar.rules().values().forEach(tree -> rules.add(production(tree)));
    return rules;
  }

  /** The lexeme of what may stand between all others, or -1. */
  private int ignored() {
    RegexList ignored = new RegexList();
    grammar.ignored().forEach(tree -> ignored.add(terminals.regex(tree)));
    Regex between = pool.or(ignored);
    return between == pool.empty() ? -1 : lexer.lexeme(withoutEmpty(between));
  }

  private Regex withoutEmpty(Regex regex) {
    return regex.nullable ? pool.and(regex, pool.not(pool.epsilon())) : regex;
  }

  private Production production(GrammarTree tree) {
    if (tree instanceof GrammarTree.Reference reference) {
      Integer rule = numbers.get(reference.name());
      return rule != null ? new Production.Call(rule) : lexeme(terminals.regex(reference));
    } else if (tree instanceof GrammarTree.Sequence sequence) {
      return new Production.Sequence(productions(sequence.parts()), 0);
    } else if (tree instanceof GrammarTree.Choice choice) {
      return new Production.Choice(productions(choice.parts()));
    } else if (tree instanceof GrammarTree.Repeated repeated) {
      return repeated(production(repeated.inner()), repeated.least(), repeated.most());
    }
    return lexeme(terminals.regex(tree));
  }

  /** Repeats without an upper bound of repeats without one are joined. */
  private static Production repeated(Production inner, int least, int most) {
    if (most == 0) {
      return Production.NOTHING;
    }
    if (inner instanceof Production.Repeated one && one.most() == Regex.UNBOUNDED) {
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
}
