package io.pinion.guide.grammar;

import io.pinion.guide.lexer.Lexer;
import java.util.BitSet;
import java.util.List;

/**
 * Which lexemes may come first in a production, and which after each: the sets FIRST and FOLLOW of
 * a grammar. One bit more stands for the end of the text.
 */
final class Following {
  private final List<Production> rules;
  private final Lexer lexer;
  private final int ignored;
  private final int end;
  private final BitSet[] first;
  private final BitSet[] afterRule;
  private final BitSet[] afterLexeme;
  private final boolean[] empty;
  private boolean changed;

  private Following(List<Production> rules, int lexemes, int ignored, Lexer lexer) {
    this.rules = rules;
    this.lexer = lexer;
    this.ignored = ignored;
    this.end = lexemes;
    this.first = sets(rules.size());
    this.afterRule = sets(rules.size());
    this.afterLexeme = sets(lexemes);
    this.empty = new boolean[rules.size()];
  }

  private static BitSet[] sets(int count) {
    BitSet[] made = new BitSet[count];
    for (int i = 0; i < count; i++) {
      made[i] = new BitSet();
    }
    return made;
  }

  /**
   * For each lexeme those that may follow it; the end of the text is the bit after the last lexeme.
   *
   * @param ignored the lexeme that may stand between all others, or -1
   */
  static BitSet[] of(List<Production> rules, int root, int lexemes, int ignored, Lexer lexer) {
    Following found = new Following(rules, lexemes, ignored, lexer);
    found.run(root);
    return found.afterLexeme;
  }

  private void run(int root) {
    afterRule[root].set(end);
    do {
      changed = false;
      for (int i = 0; i < rules.size(); i++) {
        merge(first[i], first(rules.get(i)));
        if (!empty[i] && mayBeEmpty(rules.get(i))) {
          empty[i] = true;
          changed = true;
        }
      }
    } while (changed);
    do {
      changed = false;
      for (int i = 0; i < rules.size(); i++) {
        follow(rules.get(i), afterRule[i]);
      }
    } while (changed);
    if (ignored >= 0) {
      for (BitSet after : afterLexeme) {
        after.set(ignored);
      }
      afterLexeme[ignored].set(0, end + 1);
    }
  }

  private void merge(BitSet into, BitSet more) {
    lexer.pool().spend();
    int before = into.cardinality();
    into.or(more);
    changed |= into.cardinality() != before;
  }

  private boolean mayBeEmpty(Production production) {
    if (production instanceof Production.Lexeme lexeme) {
      return lexer.nullable(lexeme.number());
    } else if (production instanceof Production.Call call) {
      return empty[call.rule()];
    } else if (production instanceof Production.Sequence sequence) {
      return sequence.parts().stream().allMatch(this::mayBeEmpty);
    } else if (production instanceof Production.Choice choice) {
      return choice.parts().stream().anyMatch(this::mayBeEmpty);
    }
    Production.Repeated repeated = (Production.Repeated) production;
    return repeated.least() == 0 || mayBeEmpty(repeated.inner());
  }

  private BitSet first(Production production) {
    BitSet found = new BitSet();
    if (production instanceof Production.Lexeme lexeme) {
      found.set(lexeme.number());
    } else if (production instanceof Production.Call call) {
      found.or(first[call.rule()]);
    } else if (production instanceof Production.Sequence sequence) {
      for (Production part : sequence.parts()) {
        found.or(first(part));
        if (!mayBeEmpty(part)) {
          break;
        }
      }
    } else if (production instanceof Production.Choice choice) {
      choice.parts().forEach(part -> found.or(first(part)));
    } else if (production instanceof Production.Repeated repeated) {
      found.or(first(repeated.inner()));
    }
    return found;
  }

  private void follow(Production production, BitSet after) {
    if (production instanceof Production.Lexeme lexeme) {
      merge(afterLexeme[lexeme.number()], after);
    } else if (production instanceof Production.Call call) {
      merge(afterRule[call.rule()], after);
    } else if (production instanceof Production.Sequence sequence) {
      BitSet next = (BitSet) after.clone();
      for (int i = sequence.parts().size() - 1; i >= 0; i--) {
        Production part = sequence.parts().get(i);
        follow(part, next);
        BitSet before = first(part);
        if (mayBeEmpty(part)) {
          before.or(next);
        }
        next = before;
      }
    } else if (production instanceof Production.Choice choice) {
      choice.parts().forEach(part -> follow(part, after));
    } else if (production instanceof Production.Repeated repeated) {
      BitSet again = first(repeated.inner());
      again.or(after);
      follow(repeated.inner(), again);
    }
  }
}
