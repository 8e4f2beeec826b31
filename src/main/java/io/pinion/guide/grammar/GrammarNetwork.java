package io.pinion.guide.grammar;

import io.pinion.guide.earley.NetworkState;
import io.pinion.guide.earley.NetworkStateBuilder;
import io.pinion.guide.earley.TransitionNetwork;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.lexer.Lexer;
import io.pinion.guide.regex.Regex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The network of a grammar. A state is what is left of a rule; the ways on from it are its partial
 * derivatives by lexemes and rules, so that a counted repeat costs a state only when it is reached.
 */
final class GrammarNetwork implements TransitionNetwork {
  private record Key(int rule, Production rest) {}

  private final List<Production> rules;
  private final int root;
  private final int ignored;
  private final Lexer lexer;
  private final boolean[] nullable;
  private final int[][] entries;
  private final Map<Key, Integer> numbers = new HashMap<>();
  private final List<Key> keys = new ArrayList<>();
  private final List<NetworkState> states = new ArrayList<>();

  GrammarNetwork(List<Production> rules, int root, int ignored, Lexer lexer) {
    this.rules = rules;
    this.root = root;
    this.ignored = ignored;
    this.lexer = lexer;
    this.nullable = new boolean[rules.size()];
    this.entries = new int[rules.size()][];
    findNullable();
  }

  private void findNullable() {
    boolean changed = true;
    while (changed) {
      changed = false;
      for (int i = 0; i < nullable.length; i++) {
        if (!nullable[i] && rules.get(i) != null && nullable(rules.get(i))) {
          nullable[i] = true;
          changed = true;
        }
      }
    }
  }

  private boolean nullable(Production production) {
    if (production instanceof Production.Lexeme lexeme) {
      return lexer.nullable(lexeme.number());
    } else if (production instanceof Production.Call call) {
      return nullable[call.rule()];
    } else if (production instanceof Production.Sequence sequence) {
      return sequence.parts().stream().allMatch(this::nullable);
    } else if (production instanceof Production.Choice choice) {
      return choice.parts().stream().anyMatch(this::nullable);
    }
    Production.Repeated repeated = (Production.Repeated) production;
    return repeated.least() == 0 || nullable(repeated.inner());
  }

  @Override
  public int root() {
    return root;
  }

  @Override
  public int[] entries(int rule) {
    if (entries[rule] == null) {
      entries[rule] = new int[] {number(rule, rules.get(rule))};
    }
    return entries[rule];
  }

  @Override
  public boolean nullable(int rule) {
    return nullable[rule];
  }

  @Override
  public int ignored() {
    return ignored;
  }

  @Override
  public int rule(int number) {
    return keys.get(number).rule;
  }

  @Override
  public NetworkState state(int number) {
    NetworkState known = states.get(number);
    if (known == null) {
      Key key = keys.get(number);
      NetworkStateBuilder builder = new NetworkStateBuilder();
      ways(key.rest, Production.NOTHING, key.rule, builder);
      if (key.rest.mayEnd()) {
        builder.completes(key.rule);
      }
      known = builder.build();
      states.set(number, known);
    }
    return known;
  }

  private int number(int rule, Production rest) {
    return numbers.computeIfAbsent(
        new Key(rule, rest),
        key -> {
          if (keys.size() >= TransitionNetwork.MAX_STATES) {
            throw new GuideLimitException(
                "the grammar needs more than " + TransitionNetwork.MAX_STATES + " states");
          }
          keys.add(key);
          states.add(null);
          return keys.size() - 1;
        });
  }

  /** Adds the first steps of a production, each with what is left of it and then the rest. */
  private void ways(Production from, Production rest, int rule, NetworkStateBuilder into) {
    if (from instanceof Production.Lexeme lexeme) {
      into.lexeme(lexeme.number(), number(rule, rest));
    } else if (from instanceof Production.Call call) {
      into.call(call.rule(), number(rule, rest));
    } else if (from instanceof Production.Choice choice) {
      choice.parts().forEach(part -> ways(part, rest, rule, into));
    } else if (from instanceof Production.Then then) {
      ways(then.first(), Production.then(then.rest(), rest), rule, into);
      if (then.first().mayEnd()) {
        ways(then.rest(), rest, rule, into);
      }
    } else if (from instanceof Production.Repeated repeated) {
      ways(repeated.inner(), Production.then(once(repeated), rest), rule, into);
    } else if (from instanceof Production.Sequence sequence) {
      sequenceWays(sequence, rest, rule, into);
    }
  }

  private void sequenceWays(
      Production.Sequence sequence, Production rest, int rule, NetworkStateBuilder into) {
    List<Production> parts = sequence.parts();
    for (int i = sequence.from(); i < parts.size(); i++) {
      Production after =
          i + 1 == parts.size() ? Production.NOTHING : new Production.Sequence(parts, i + 1);
      ways(parts.get(i), Production.then(after, rest), rule, into);
      if (!parts.get(i).mayEnd()) {
        return;
      }
    }
  }

  /** A repeat after one round of it. */
  private static Production once(Production.Repeated repeated) {
    if (repeated.most() == Regex.UNBOUNDED && repeated.least() == 0) {
      return repeated;
    }
    int most = repeated.most() == Regex.UNBOUNDED ? Regex.UNBOUNDED : repeated.most() - 1;
    return most == 0
        ? Production.NOTHING
        : new Production.Repeated(repeated.inner(), Math.max(repeated.least() - 1, 0), most);
  }
}
