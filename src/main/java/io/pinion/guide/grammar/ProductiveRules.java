package io.pinion.guide.grammar;

import io.pinion.guide.lexer.Lexer;
import java.util.ArrayList;
import java.util.List;

/** Takes out of a grammar what derives no text, so that no item of a parse is a dead end. */
final class ProductiveRules {
  private final List<Production> rules;
  private final Lexer lexer;
  private final boolean[] productive;

  private ProductiveRules(List<Production> rules, Lexer lexer) {
    this.rules = rules;
    this.lexer = lexer;
    this.productive = new boolean[rules.size()];
  }

  /** Leaves null in place of each rule that derives nothing. */
  static void prune(List<Production> rules, Lexer lexer) {
    new ProductiveRules(rules, lexer).run();
  }

  private void run() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < rules.size(); i++) {
        if (!productive[i] && derives(rules.get(i))) {
          productive[i] = true;
          changed = true;
        }
      }
    }
    rules.replaceAll(this::pruned);
  }

  private boolean derives(Production production) {
    if (production instanceof Production.Lexeme lexeme) {
      return lexer.pool().alive(lexer.regex(lexeme.number()));
    } else if (production instanceof Production.Call call) {
      return productive[call.rule()];
    } else if (production instanceof Production.Sequence sequence) {
      return sequence.parts().stream().allMatch(this::derives);
    } else if (production instanceof Production.Choice choice) {
      return choice.parts().stream().anyMatch(this::derives);
    }
    Production.Repeated repeated = (Production.Repeated) production;
    return repeated.least() == 0 || derives(repeated.inner());
  }

  /** The production without its dead branches; null when all are dead. */
  private Production pruned(Production production) {
    if (!derives(production)) {
      return null;
    } else if (production instanceof Production.Sequence sequence) {
      List<Production> parts = new ArrayList<>();
      sequence.parts().forEach(part -> parts.add(pruned(part)));
      return new Production.Sequence(List.copyOf(parts), 0);
    } else if (production instanceof Production.Choice choice) {
      List<Production> parts = new ArrayList<>();
      choice.parts().stream().filter(this::derives).forEach(part -> parts.add(pruned(part)));
      return new Production.Choice(List.copyOf(parts));
    } else if (production instanceof Production.Repeated repeated) {
      Production inner = pruned(repeated.inner());
      return inner == null
          ? Production.NOTHING
          : new Production.Repeated(inner, repeated.least(), repeated.most());
    }
    return production;
  }
}
