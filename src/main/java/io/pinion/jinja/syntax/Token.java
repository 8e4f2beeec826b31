package io.pinion.jinja.syntax;

/**
 * A lexical token of a template.
 *
 * @param text the token's source text; for a string literal, its value
 * @param line the line in which it starts, counted from 1
 */
record Token(Type type, String text, int line) {
  /** The kind of a token. */
  enum Type {
    DATA("text"),
    VARIABLE_BEGIN("begin of print statement"),
    VARIABLE_END("end of print statement"),
    BLOCK_BEGIN("begin of statement block"),
    BLOCK_END("end of statement block"),
    NAME("name"),
    STRING("string"),
    INTEGER("integer"),
    FLOAT("float"),
    OPERATOR("operator"),
    END("end of template");

    private final String description;

    Type(String description) {
      this.description = description;
    }

    String description() {
      return description;
    }
  }

  boolean is(Type wanted) {
    return type == wanted;
  }

  boolean isName(String name) {
    return type == Type.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return type == Type.OPERATOR && text.equals(operator);
  }

  /** The token's name in error messages. */
  String description() {
    return switch (type) {
      case NAME, OPERATOR, INTEGER, FLOAT -> "'" + text + "'";
      default -> type.description();
    };
  }
}
