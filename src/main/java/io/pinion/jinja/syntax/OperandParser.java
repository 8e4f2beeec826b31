package io.pinion.jinja.syntax;

import io.pinion.jinja.filter.Filters;
import io.pinion.jinja.filter.Tests;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.value.BoolValue;
import io.pinion.jinja.value.FloatValue;
import io.pinion.jinja.value.IntValue;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Parses literals and names with their signs, brackets, calls, filters and tests. */
final class OperandParser {
  private static final Set<Token.Type> LITERALS =
      Set.of(Token.Type.NAME, Token.Type.STRING, Token.Type.INTEGER, Token.Type.FLOAT);
  private static final Set<String> BRACKETS = Set.of("(", "[", "{");
  private static final Set<String> CONNECTIVES = Set.of("else", "or", "and");

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private final ArgumentParser arguments;
  private int conditions;

  OperandParser(TokenStream tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
    this.arguments = new ArgumentParser(tokens, expressions);
  }

  /** Until {@link #leaveCondition}, unknown filters and tests fail only when they are evaluated. */
  void enterCondition() {
    conditions++;
  }

  void leaveCondition() {
    conditions--;
  }

  /** An operand of the arithmetic operators. Filters and tests bind tighter than these. */
  Expression signed() {
    return filtered(unfiltered());
  }

  private Expression unfiltered() {
    int line = tokens.line();
    if (tokens.skipOperator("-")) {
      return postfix(new Expression.Negated(nestedUnfiltered(), line));
    }
    if (tokens.skipOperator("+")) {
      return postfix(new Expression.Positive(nestedUnfiltered(), line));
    }
    return postfix(primary());
  }

  private Expression nestedUnfiltered() {
    tokens.enter();
    Expression operand = unfiltered();
    tokens.leave();
    return operand;
  }

  private Expression primary() {
    Token token = tokens.current();
    switch (token.type()) {
      case NAME:
        return name(tokens.next());
      case STRING:
        return new Expression.Literal(TextValue.of(strings()), token.line());
      case INTEGER:
        return new Expression.Literal(integer(tokens.next()), token.line());
      case FLOAT:
        double number = NumberLiteral.decimal(tokens.next().text());
        return new Expression.Literal(new FloatValue(number), token.line());
      default:
        return bracketed();
    }
  }

  private static Expression name(Token token) {
    return switch (token.text()) {
      case "true", "True" -> new Expression.Literal(BoolValue.TRUE, token.line());
      case "false", "False" -> new Expression.Literal(BoolValue.FALSE, token.line());
      case "none", "None" -> new Expression.Literal(NoneValue.NONE, token.line());
      default -> new Expression.Name(token.text(), token.line());
    };
  }

  private static Value integer(Token token) {
    try {
      return new IntValue(NumberLiteral.integer(token.text()));
    } catch (EvaluationException e) {
      throw new JinjaException(token.line(), e.getMessage(), e);
    }
  }

  /** Adjacent string literals are concatenated. */
  private String strings() {
    StringBuilder text = new StringBuilder();
    while (tokens.current().is(Token.Type.STRING)) {
      text.append(tokens.next().text());
    }
    return text.toString();
  }

  private Expression bracketed() {
    int line = tokens.line();
    if (tokens.skipOperator("(")) {
      Expression inner = expressions.tuple(true, true);
      tokens.expectOperator(")");
      return inner;
    }
    if (tokens.skipOperator("[")) {
      return new Expression.ListOf(listItems(), line);
    }
    if (tokens.skipOperator("{")) {
      return new Expression.DictOf(dictEntries(), line);
    }
    throw tokens.failure("unexpected " + tokens.current().description());
  }

  private List<Expression> listItems() {
    List<Expression> items = new ArrayList<>();
    while (!tokens.skipOperator("]")) {
      items.add(expressions.expression());
      if (!tokens.current().isOperator("]")) {
        tokens.expectOperator(",");
      }
    }
    return List.copyOf(items);
  }

  private List<Expression.DictOf.Entry> dictEntries() {
    List<Expression.DictOf.Entry> entries = new ArrayList<>();
    while (!tokens.skipOperator("}")) {
      Expression key = expressions.expression();
      tokens.expectOperator(":");
      entries.add(new Expression.DictOf.Entry(key, expressions.expression()));
      if (!tokens.current().isOperator("}")) {
        tokens.expectOperator(",");
      }
    }
    return List.copyOf(entries);
  }

  private Expression postfix(Expression operand) {
    Expression result = operand;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator(".")) {
        result = attribute(result, line);
      } else if (tokens.skipOperator("[")) {
        result = item(result, line);
      } else if (tokens.current().isOperator("(")) {
        result = new Expression.Call(result, arguments.parse(), line);
      } else {
        return result;
      }
    }
  }

  private Expression attribute(Expression owner, int line) {
    if (tokens.current().is(Token.Type.INTEGER)) {
      Expression index = new Expression.Literal(integer(tokens.next()), line);
      return new Expression.Item(owner, index, line);
    }
    return new Expression.Attribute(owner, tokens.expect(Token.Type.NAME).text(), line);
  }

  private Expression item(Expression owner, int line) {
    List<Expression> keys = new ArrayList<>();
    Expression none = new Expression.Literal(NoneValue.NONE, line);
    Expression start = tokens.current().isOperator(":") ? none : expressions.expression();
    if (tokens.skipOperator(":")) {
      Expression stop = sliceBound(none);
      Expression step = tokens.skipOperator(":") ? sliceBound(none) : none;
      tokens.expectOperator("]");
      return new Expression.Slice(owner, start, stop, step, line);
    }
    keys.add(start);
    while (!tokens.skipOperator("]")) {
      tokens.expectOperator(",");
      keys.add(expressions.expression());
    }
    Expression key = keys.size() == 1 ? start : new Expression.TupleOf(List.copyOf(keys), line);
    return new Expression.Item(owner, key, line);
  }

  private Expression sliceBound(Expression absent) {
    Token token = tokens.current();
    return token.isOperator(":") || token.isOperator("]") ? absent : expressions.expression();
  }

  private Expression filtered(Expression operand) {
    Expression result = operand;
    while (true) {
      int line = tokens.line();
      if (tokens.skipOperator("|")) {
        result = new Expression.Filtered(result, filter());
      } else if (tokens.skipName("is")) {
        result = tested(result, line);
      } else if (tokens.current().isOperator("(")) {
        result = new Expression.Call(result, arguments.parse(), line);
      } else {
        return result;
      }
    }
  }

  /** A filter's name and arguments. */
  FilterCall filter() {
    int line = tokens.line();
    String name = tokens.expect(Token.Type.NAME).text();
    if (conditions == 0) {
      Filters.requireKnown(name, line);
    }
    return new FilterCall(name, optionalArguments(), line);
  }

  /** The filters up to the end of the tag, each after a {@code |}. */
  List<FilterCall> filters() {
    List<FilterCall> filters = new ArrayList<>();
    while (tokens.skipOperator("|")) {
      filters.add(filter());
    }
    return List.copyOf(filters);
  }

  private CallArguments optionalArguments() {
    return tokens.current().isOperator("(") ? arguments.parse() : CallArguments.of(List.of());
  }

  private Expression tested(Expression subject, int line) {
    boolean negated = tokens.skipName("not");
    Token name = tokens.expect(Token.Type.NAME);
    if (conditions == 0) {
      Tests.requireKnown(name.text(), name.line());
    }
    CallArguments given = testArguments();
    Expression result = new Expression.Tested(subject, name.text(), given, line);
    return negated ? new Expression.Not(result, line) : result;
  }

  /** A test's only argument needs no parentheses. */
  private CallArguments testArguments() {
    Token token = tokens.current();
    boolean connective = token.is(Token.Type.NAME) && CONNECTIVES.contains(token.text());
    boolean bracket = token.is(Token.Type.OPERATOR) && BRACKETS.contains(token.text());
    if (token.isOperator("(") || connective || !(bracket || LITERALS.contains(token.type()))) {
      return optionalArguments();
    }
    if (token.isName("is")) {
      throw tokens.failure("tests cannot be chained with is");
    }
    return CallArguments.of(List.of(postfix(primary())));
  }
}
