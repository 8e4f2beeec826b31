package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.JinjaException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses a template's statements by recursive descent. */
public final class Parser {
  private static final Set<String> CONSTANTS =
      Set.of("true", "True", "false", "False", "none", "None");
  private static final String TAGS =
      "break, continue, filter, for, generation, if, macro, print, raw, set, with";

  private final TokenStream tokens;
  private final ExpressionParser expressions;
  private int loops;

  private Parser(TokenStream tokens) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens);
  }

  /**
   * Parses a template.
   *
   * @throws JinjaException for a syntax error
   */
  public static List<Statement> parse(String source) {
    Parser parser = new Parser(new TokenStream(Lexer.tokens(source)));
    return parser.statements(Set.of());
  }

  /** The statements up to a tag with one of these names; the start of that tag is skipped. */
  private List<Statement> statements(Set<String> ends) {
    tokens.enter();
    List<Statement> statements = new ArrayList<>();
    while (!tokens.current().is(Token.Type.END)) {
      if (tokens.current().is(Token.Type.BLOCK_BEGIN) && ends.contains(tokens.following().text())) {
        tokens.next();
        tokens.leave();
        return List.copyOf(statements);
      }
      statement(statements);
    }
    if (!ends.isEmpty()) {
      throw tokens.expected(String.join(" or ", ends.stream().sorted().toList()));
    }
    return List.copyOf(statements);
  }

  /** The statements between this tag and its end tag, which is skipped. */
  private List<Statement> body(String end) {
    List<Statement> body = openBody(Set.of(end));
    tokens.next();
    endTag();
    return body;
  }

  /** The statements between this tag and the name of one of those tags. */
  private List<Statement> openBody(Set<String> ends) {
    tokens.skipOperator(":");
    endTag();
    return statements(ends);
  }

  private void endTag() {
    tokens.expect(Token.Type.BLOCK_END);
  }

  private void statement(List<Statement> statements) {
    Token token = tokens.next();
    switch (token.type()) {
      case DATA -> statements.add(new Statement.Text(token.text(), token.line()));
      case VARIABLE_BEGIN -> {
        statements.add(new Statement.Output(expressions.tuple(), token.line()));
        tokens.expect(Token.Type.VARIABLE_END);
      }
      default -> tag(statements);
    }
  }

  private void tag(List<Statement> statements) {
    Token tag = tokens.expect(Token.Type.NAME);
    int line = tag.line();
    switch (tag.text()) {
      case "if" -> statements.add(branches(line));
      case "for" -> statements.add(loop(line));
      case "set" -> statements.add(set(line));
      case "macro" -> statements.add(macro(line));
      case "with" -> statements.add(with(line));
      case "filter" -> statements.add(filterBlock(line));
      case "generation" ->
          statements.add(new Statement.Generation(outsideLoops("endgeneration"), line));
      case "break" -> statements.add(leave(Flow.BREAK, tag));
      case "continue" -> statements.add(leave(Flow.CONTINUE, tag));
      case "print" -> print(statements, line);
      default -> throw unknownTag(tag);
    }
  }

  private static JinjaException unknownTag(Token tag) {
    String message =
        tag.text().startsWith("end") || tag.text().startsWith("el")
            ? "unexpected tag '" + tag.text() + "'"
            : "unknown tag '" + tag.text() + "'; known tags: " + TAGS;
    return new JinjaException(tag.line(), message);
  }

  private Statement branches(int line) {
    expressions.operands().enterCondition();
    List<Statement.If.Branch> branches = new ArrayList<>();
    Token tag;
    do {
      Expression condition = expressions.unconditionalTuple();
      List<Statement> body = openBody(Set.of("elif", "else", "endif"));
      branches.add(new Statement.If.Branch(condition, body));
      tag = tokens.next();
    } while (tag.isName("elif"));
    List<Statement> otherwise = List.of();
    if (tag.isName("else")) {
      otherwise = body("endif");
    } else {
      endTag();
    }
    expressions.operands().leaveCondition();
    return new Statement.If(List.copyOf(branches), otherwise, line);
  }

  private Statement loop(int line) {
    Target target = target(false);
    if (target.names().contains("loop")) {
      throw new JinjaException(line, "a for loop cannot assign to loop");
    }
    tokens.expectName("in");
    Expression sequence = expressions.unconditionalTuple();
    Optional<Expression> condition =
        tokens.skipName("if") ? Optional.of(expressions.expression()) : Optional.empty();
    loops++;
    List<Statement> body = openBody(Set.of("else", "endfor"));
    loops--;
    List<Statement> otherwise = List.of();
    if (tokens.next().isName("else")) {
      otherwise = body("endfor");
    } else {
      endTag();
    }
    return new ForStatement(target, sequence, condition, body, otherwise, line);
  }

  private Statement set(int line) {
    Target target = target(true);
    if (tokens.skipOperator("=")) {
      Expression expression = expressions.tuple();
      endTag();
      return new Statement.Assign(target, expression, line);
    }
    List<FilterCall> filters = expressions.operands().filters();
    return new Statement.AssignBlock(target, filters, body("endset"), line);
  }

  private Statement macro(int line) {
    String name = targetName();
    tokens.expectOperator("(");
    List<MacroStatement.Parameter> parameters = new ArrayList<>();
    while (!tokens.skipOperator(")")) {
      parameters.add(parameter(parameters));
      if (!tokens.current().isOperator(")")) {
        tokens.expectOperator(",");
      }
    }
    return new MacroStatement(name, List.copyOf(parameters), outsideLoops("endmacro"), line);
  }

  private MacroStatement.Parameter parameter(List<MacroStatement.Parameter> before) {
    String name = targetName();
    if (before.stream().anyMatch(parameter -> parameter.name().equals(name))) {
      throw tokens.failure("the macro has two parameters '" + name + "'");
    }
    if (tokens.skipOperator("=")) {
      return new MacroStatement.Parameter(name, Optional.of(expressions.expression()));
    }
    if (!before.isEmpty() && before.get(before.size() - 1).absent().isPresent()) {
      throw tokens.failure("a parameter without a default follows one with a default");
    }
    return new MacroStatement.Parameter(name, Optional.empty());
  }

  /** A body in which {@code break} and {@code continue} cannot refer to an enclosing loop. */
  private List<Statement> outsideLoops(String end) {
    int around = loops;
    loops = 0;
    List<Statement> body = body(end);
    loops = around;
    return body;
  }

  private Statement with(int line) {
    List<Statement.Assign> assignments = new ArrayList<>();
    while (!tokens.current().is(Token.Type.BLOCK_END)) {
      if (!assignments.isEmpty()) {
        tokens.expectOperator(",");
      }
      Target target = simpleTarget(false);
      tokens.expectOperator("=");
      assignments.add(new Statement.Assign(target, expressions.expression(), line));
    }
    return new Statement.With(List.copyOf(assignments), body("endwith"), line);
  }

  private Statement filterBlock(int line) {
    List<FilterCall> filters = new ArrayList<>();
    filters.add(expressions.operands().filter());
    filters.addAll(expressions.operands().filters());
    return new Statement.FilterBlock(List.copyOf(filters), body("endfilter"), line);
  }

  private Statement leave(Flow flow, Token tag) {
    if (loops == 0) {
      throw new JinjaException(tag.line(), "'" + tag.text() + "' outside of a loop");
    }
    endTag();
    return new Statement.Leave(flow, tag.line());
  }

  private void print(List<Statement> statements, int line) {
    while (!tokens.current().is(Token.Type.BLOCK_END)) {
      statements.add(new Statement.Output(expressions.expression(), line));
      if (!tokens.current().is(Token.Type.BLOCK_END)) {
        tokens.expectOperator(",");
      }
    }
    endTag();
  }

  /** One target, or several separated by commas. */
  private Target target(boolean attributes) {
    List<Target> targets = new ArrayList<>();
    targets.add(simpleTarget(attributes));
    boolean comma = false;
    while (tokens.skipOperator(",")) {
      comma = true;
      if (tokens.current().is(Token.Type.NAME) || tokens.current().isOperator("(")) {
        targets.add(simpleTarget(attributes));
      }
    }
    return comma ? new Target.Unpacked(List.copyOf(targets)) : targets.get(0);
  }

  private Target simpleTarget(boolean attributes) {
    if (tokens.skipOperator("(")) {
      tokens.enter();
      Target inner = target(false);
      tokens.leave();
      tokens.expectOperator(")");
      return inner;
    }
    String name = targetName();
    return attributes && tokens.skipOperator(".")
        ? new Target.NamespaceAttribute(name, tokens.expect(Token.Type.NAME).text())
        : new Target.Variable(name);
  }

  private String targetName() {
    Token token = tokens.expect(Token.Type.NAME);
    if (CONSTANTS.contains(token.text())) {
      throw new JinjaException(token.line(), "cannot assign to '" + token.text() + "'");
    }
    return token.text();
  }
}
