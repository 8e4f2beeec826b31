package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.string.TextBuilder;

/** HTML escaping, which templates request with {@code escape} and prevent with {@code safe}. */
public final class Markup {
  private Markup() {}

  /** The text unchanged if it is markup, else escaped. */
  public static String escaped(TextValue value, Budget budget) {
    if (value.isMarkup()) {
      return value.text();
    }
    TextBuilder out = new TextBuilder(budget);
    String text = value.text();
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      String entity = entity(text.charAt(i));
      if (!entity.isEmpty()) {
        out.append(text.substring(begin, i)).append(entity);
        begin = i + 1;
      }
    }
    return out.append(text.substring(begin)).toString();
  }

  private static String entity(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '\'' -> "&#39;";
      case '"' -> "&#34;";
      default -> "";
    };
  }
}
