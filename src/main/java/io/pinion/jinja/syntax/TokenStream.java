package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import java.util.List;

/** Reads tokens one after the other and tracks the nesting depth of grammar rules. */
final class TokenStream {
  private final List<Token> tokens;
  private int at;
  private int depth;

  TokenStream(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  /** The token after the current one; the end token itself at the end. */
  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  int line() {
    return current().line();
  }

  /** Returns the current token and moves to the next. */
  Token next() {
    Token token = current();
    if (!token.is(Token.Type.END)) {
      at++;
    }
    return token;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw expected("'" + operator + "'");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw expected("'" + name + "'");
    }
  }

  Token expect(Token.Type type) {
    if (!current().is(type)) {
      throw expected(type.description());
    }
    return next();
  }

  JinjaException expected(String what) {
    return failure("expected " + what + ", got " + current().description());
  }

  JinjaException failure(String message) {
    return new JinjaException(line(), message);
  }

  /** Enters a grammar rule; {@link #leave} leaves it. */
  void enter() {
    if (++depth > Limits.NESTING) {
      throw failure("template nests too deeply");
    }
  }

  void leave() {
    depth--;
  }
}
