package io.pinion.guide.grammar;

import java.util.List;

/**
 * What is left of a rule: an expression over lexemes and rules. Every value is also a state, so two
 * are compared often: parts as they were written are equal only when they are the same, which never
 * looks into them.
 */
sealed interface Production {
  Production NOTHING = new Sequence(List.of(), 0);

  /** One lexeme. */
  record Lexeme(int number) implements Production {}

  /** One rule. */
  record Call(int rule) implements Production {}

  /** The parts of a list from a place on, one after another. */
  record Sequence(List<Production> parts, int from) implements Production {
    @Override
    public boolean equals(Object other) {
      return other instanceof Sequence that && parts == that.parts && from == that.from;
    }

    @Override
    public int hashCode() {
      return mixed(System.identityHashCode(parts), from);
    }
  }

  record Choice(List<Production> parts) implements Production {
    @Override
    public boolean equals(Object other) {
      return other instanceof Choice that && parts == that.parts;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(parts);
    }
  }

  record Repeated(Production inner, int least, int most) implements Production {
    @Override
    public boolean equals(Object other) {
      return other instanceof Repeated that
          && inner == that.inner
          && least == that.least
          && most == that.most;
    }

    @Override
    public int hashCode() {
      return mixed(mixed(System.identityHashCode(inner), least), most);
    }
  }

  /** One after the other. */
  record Then(Production first, Production rest) implements Production {
    @Override
    public int hashCode() {
      return mixed(first.hashCode(), rest.hashCode());
    }
  }

  /** A hash that keeps the counts of nested repeats apart. */
  private static int mixed(int one, int other) {
    int hash = (one ^ one >>> 16) * 0x9e3779b9 + other;
    return (hash ^ hash >>> 15) * 0x85ebca6b;
  }

  static Production then(Production first, Production rest) {
    return first.equals(NOTHING) ? rest : rest.equals(NOTHING) ? first : new Then(first, rest);
  }

  /** Whether nothing need be left, rules and lexemes counted as something. */
  default boolean mayEnd() {
    if (this instanceof Sequence sequence) {
      return sequence.parts.stream().skip(sequence.from).allMatch(Production::mayEnd);
    } else if (this instanceof Choice choice) {
      return choice.parts.stream().anyMatch(Production::mayEnd);
    } else if (this instanceof Repeated repeated) {
      return repeated.least == 0 || repeated.inner.mayEnd();
    } else if (this instanceof Then then) {
      return then.first.mayEnd() && then.rest.mayEnd();
    }
    return false;
  }
}
