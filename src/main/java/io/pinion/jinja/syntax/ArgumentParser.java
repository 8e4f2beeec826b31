package io.pinion.jinja.syntax;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Parses the arguments of a call, including the parentheses. */
final class ArgumentParser {
  private final TokenStream tokens;
  private final ExpressionParser expressions;

  ArgumentParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  CallArguments parse() {
    List<Expression> positional = new ArrayList<>();
    Map<String, Expression> named = new LinkedHashMap<>();
    Optional<Expression> spread = Optional.empty();
    Optional<Expression> spreadNamed = Optional.empty();
    tokens.expectOperator("(");
    while (!tokens.skipOperator(")")) {
      if (spreadNamed.isPresent()) {
        throw tokens.failure("no argument may follow **");
      } else if (tokens.skipOperator("**")) {
        spreadNamed = Optional.of(expressions.expression());
      } else if (tokens.current().isOperator("*")) {
        requireAbsent(spread.isPresent(), "a second *");
        tokens.next();
        spread = Optional.of(expressions.expression());
      } else if (atNamed()) {
        named(named);
      } else {
        requireAbsent(spread.isPresent() || !named.isEmpty(), "a positional argument");
        positional.add(expressions.expression());
      }
      if (!tokens.current().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new CallArguments(
        List.copyOf(positional), Collections.unmodifiableMap(named), spread, spreadNamed);
  }

  private boolean atNamed() {
    return tokens.current().is(Token.Type.NAME) && tokens.following().isOperator("=");
  }

  private void named(Map<String, Expression> named) {
    String name = tokens.next().text();
    tokens.expectOperator("=");
    requireAbsent(named.put(name, expressions.expression()) != null, "a second '" + name + "'");
  }

  private void requireAbsent(boolean present, String what) {
    if (present) {
      throw tokens.failure(what + " is not allowed here");
    }
  }
}
