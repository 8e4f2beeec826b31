package io.pinion.guide.grammar;

/** The terminals of Lark's {@code common} library, as patterns. */
final class LarkCommon {
  private static final String INT = "[0-9]+";
  private static final String DECIMAL = "(?:[0-9]+\\.[0-9]*|\\.[0-9]+)";
  private static final String EXPONENT = "[eE][+-]?[0-9]+";
  private static final String FLOAT =
      "(?:[0-9]+" + EXPONENT + "|" + DECIMAL + "(?:" + EXPONENT + ")?)";
  private static final String NUMBER = "(?:" + FLOAT + "|" + INT + ")";
  private static final String LETTER = "[A-Za-z]";

  private LarkCommon() {}

  /** The pattern of a terminal, or null. */
  static String pattern(String name) {
    return switch (name) {
      case "DIGIT" -> "[0-9]";
      case "HEXDIGIT" -> "[0-9a-fA-F]";
      case "INT" -> INT;
      case "SIGNED_INT" -> "[+-]?" + INT;
      case "DECIMAL" -> DECIMAL;
      case "FLOAT" -> FLOAT;
      case "SIGNED_FLOAT" -> "[+-]?" + FLOAT;
      case "NUMBER" -> NUMBER;
      case "SIGNED_NUMBER" -> "[+-]?" + NUMBER;
      case "ESCAPED_STRING" -> "\"(?:[^\"\\\\\\n]|\\\\[^\\n])*\"";
      case "LCASE_LETTER" -> "[a-z]";
      case "UCASE_LETTER" -> "[A-Z]";
      case "LETTER" -> LETTER;
      case "WORD" -> LETTER + "+";
      case "CNAME" -> "[A-Za-z_][A-Za-z0-9_]*";
      case "WS_INLINE" -> "[ \\t]+";
      case "WS" -> "[ \\t\\f\\r\\n]+";
      case "CR" -> "\\r";
      case "LF" -> "\\n";
      case "NEWLINE" -> "(?:\\r?\\n)+";
      case "SH_COMMENT" -> "#[^\\n]*";
      case "CPP_COMMENT" -> "//[^\\n]*";
      case "C_COMMENT" -> "/\\*(?:[^*]|\\*+[^*/])*\\*+/";
      case "SQL_COMMENT" -> "--[^\\n]*";
      default -> null;
    };
  }
}
