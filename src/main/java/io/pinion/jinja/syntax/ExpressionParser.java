package io.pinion.jinja.syntax;

import io.pinion.jinja.operator.BinaryOperator;
import io.pinion.jinja.operator.ComparisonOperator;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parses expressions by recursive descent, one method for each precedence, lowest first. {@link
 * OperandParser} parses the operands.
 */
final class ExpressionParser {
  private static final Map<String, ComparisonOperator> COMPARISONS =
      Map.of(
          "==", ComparisonOperator.EQUAL,
          "!=", ComparisonOperator.NOT_EQUAL,
          "<", ComparisonOperator.LESS,
          "<=", ComparisonOperator.LESS_OR_EQUAL,
          ">", ComparisonOperator.GREATER,
          ">=", ComparisonOperator.GREATER_OR_EQUAL);

  private final TokenStream tokens;
  private final OperandParser operands;

  ExpressionParser(TokenStream tokens) {
    this.tokens = tokens;
    this.operands = new OperandParser(tokens, this);
  }

  OperandParser operands() {
    return operands;
  }

  /** An expression, or several as a tuple without parentheses. */
  Expression tuple() {
    return tuple(true, false);
  }

  /** As {@link #tuple()}, but without inline {@code if}. */
  Expression unconditionalTuple() {
    return tuple(false, false);
  }

  /**
   * A tuple, or a single expression if no comma follows it.
   *
   * @param conditional whether an expression may have an inline {@code if}
   * @param bracketed whether it is in parentheses; only then may it be empty
   */
  Expression tuple(boolean conditional, boolean bracketed) {
    int line = tokens.line();
    List<Expression> items = new ArrayList<>();
    boolean comma = false;
    while (!atTupleEnd()) {
      items.add(conditional ? expression() : or());
      if (!tokens.skipOperator(",")) {
        break;
      }
      comma = true;
    }
    if (items.size() == 1 && !comma) {
      return items.get(0);
    }
    if (items.isEmpty() && !bracketed) {
      throw tokens.expected("an expression");
    }
    return new Expression.TupleOf(List.copyOf(items), line);
  }

  private boolean atTupleEnd() {
    Token token = tokens.current();
    return token.is(Token.Type.VARIABLE_END)
        || token.is(Token.Type.BLOCK_END)
        || token.isOperator(")");
  }

  /** One expression. */
  Expression expression() {
    tokens.enter();
    int line = tokens.line();
    Expression result = or();
    while (tokens.skipName("if")) {
      Expression test = or();
      Optional<Expression> otherwise =
          tokens.skipName("else") ? Optional.of(expression()) : Optional.empty();
      result = new Expression.Conditional(test, result, otherwise, line);
      line = tokens.line();
    }
    tokens.leave();
    return result;
  }

  /** An expression without an inline {@code if} outside of parentheses. */
  Expression or() {
    int line = tokens.line();
    Expression left = and();
    while (tokens.skipName("or")) {
      left = new Expression.Or(left, and(), line);
    }
    return left;
  }

  private Expression and() {
    int line = tokens.line();
    Expression left = not();
    while (tokens.skipName("and")) {
      left = new Expression.And(left, not(), line);
    }
    return left;
  }

  private Expression not() {
    int line = tokens.line();
    if (!tokens.skipName("not")) {
      return comparison();
    }
    tokens.enter();
    Expression operand = not();
    tokens.leave();
    return new Expression.Not(operand, line);
  }

  private Expression comparison() {
    int line = tokens.line();
    Expression first = sum();
    List<Expression.Compared.Operand> compared = new ArrayList<>();
    Optional<ComparisonOperator> operator = comparisonOperator();
    while (operator.isPresent()) {
      compared.add(new Expression.Compared.Operand(operator.get(), sum()));
      operator = comparisonOperator();
    }
    return compared.isEmpty() ? first : new Expression.Compared(first, List.copyOf(compared), line);
  }

  private Optional<ComparisonOperator> comparisonOperator() {
    if (tokens.skipName("in")) {
      return Optional.of(ComparisonOperator.IN);
    }
    if (tokens.current().isName("not") && tokens.following().isName("in")) {
      tokens.next();
      tokens.next();
      return Optional.of(ComparisonOperator.NOT_IN);
    }
    Token token = tokens.current();
    if (!token.is(Token.Type.OPERATOR) || !COMPARISONS.containsKey(token.text())) {
      return Optional.empty();
    }
    return Optional.of(COMPARISONS.get(tokens.next().text()));
  }

  private Expression sum() {
    int line = tokens.line();
    Expression left = concatenation();
    Optional<BinaryOperator> operator = binary(BinaryOperator.ADD, BinaryOperator.SUBTRACT);
    while (operator.isPresent()) {
      left = new Expression.Binary(operator.get(), left, concatenation(), line);
      operator = binary(BinaryOperator.ADD, BinaryOperator.SUBTRACT);
    }
    return left;
  }

  private Expression concatenation() {
    int line = tokens.line();
    List<Expression> parts = new ArrayList<>();
    parts.add(product());
    while (tokens.skipOperator("~")) {
      parts.add(product());
    }
    return parts.size() == 1 ? parts.get(0) : new Expression.Concatenated(List.copyOf(parts), line);
  }

  private Expression product() {
    BinaryOperator[] operators = {
      BinaryOperator.MULTIPLY,
      BinaryOperator.DIVIDE,
      BinaryOperator.FLOOR_DIVIDE,
      BinaryOperator.REMAINDER
    };
    int line = tokens.line();
    Expression left = power();
    Optional<BinaryOperator> operator = binary(operators);
    while (operator.isPresent()) {
      left = new Expression.Binary(operator.get(), left, power(), line);
      operator = binary(operators);
    }
    return left;
  }

  /** Powers are left-associative in Jinja. */
  private Expression power() {
    int line = tokens.line();
    Expression left = operands.signed();
    while (tokens.skipOperator("**")) {
      left = new Expression.Binary(BinaryOperator.POWER, left, operands.signed(), line);
    }
    return left;
  }

  private Optional<BinaryOperator> binary(BinaryOperator... operators) {
    for (BinaryOperator operator : operators) {
      if (tokens.skipOperator(operator.symbol())) {
        return Optional.of(operator);
      }
    }
    return Optional.empty();
  }
}
