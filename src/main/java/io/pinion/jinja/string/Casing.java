package io.pinion.jinja.string;

import java.util.Locale;

/** Python's letter-case operations, which Java lacks. */
public final class Casing {
  private static final String DOTTED_I = "\u0130";
  private static final String LOWER_DOTTED_I = "i\u0307";
  private static final int PIECE = 32;
  private static final String WORD_SEPARATORS = "-({[<";

  private Casing() {}

  /** As {@code str.capitalize}. */
  public static String capitalized(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = text.codePointAt(0);
    return titled(first) + lower(text.substring(Character.charCount(first)));
  }

  /**
   * As Jinja's filter {@code title}: words start after whitespace, hyphens and opening brackets.
   */
  public static String wordsCapitalized(String text) {
    StringBuilder out = new StringBuilder();
    int begin = 0;
    while (begin < text.length()) {
      boolean separator = isWordSeparator(text.charAt(begin));
      int end = begin;
      while (end < text.length() && isWordSeparator(text.charAt(end)) == separator) {
        end++;
      }
      int first = begin + Character.charCount(text.codePointAt(begin));
      out.append(text.substring(begin, first).toUpperCase(Locale.ROOT));
      out.append(lower(text.substring(first, end)));
      begin = end;
    }
    return out.toString();
  }

  private static boolean isWordSeparator(char c) {
    return Characters.isSpace(c) || WORD_SEPARATORS.indexOf(c) >= 0;
  }

  /** As {@code str.title}: a letter not preceded by a letter is capitalized. */
  public static String title(String text) {
    StringBuilder out = new StringBuilder();
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int codePoint = text.codePointAt(i);
      out.append(inWord ? lower(Character.toString(codePoint)) : titled(codePoint));
      inWord = isCased(codePoint);
    }
    return out.toString();
  }

  private static boolean isCased(int codePoint) {
    return Character.isUpperCase(codePoint)
        || Character.isLowerCase(codePoint)
        || Character.isTitleCase(codePoint);
  }

  private static String titled(int codePoint) {
    int title = Character.toTitleCase(codePoint);
    String upper = Character.toString(codePoint).toUpperCase(Locale.ROOT);
    if (title != codePoint || upper.length() <= Character.charCount(codePoint)) {
      return Character.toString(title);
    }
    return Character.isUpperCase(upper.charAt(0))
        ? upper.charAt(0) + lower(upper.substring(1))
        : upper;
  }

  /**
   * As {@code str.lower}. The only letter whose lower case is longer is replaced first, since
   * {@code String.toLowerCase} copies the complete text for each occurrence.
   */
  public static String lower(String text) {
    return text.replace(DOTTED_I, LOWER_DOTTED_I).toLowerCase(Locale.ROOT);
  }

  /**
   * As {@code str.upper}; in chunks, since {@code String.toUpperCase} copies the complete text for
   * each letter that gets longer.
   */
  public static String upper(String text) {
    if (text.length() <= PIECE) {
      return text.toUpperCase(Locale.ROOT);
    }
    StringBuilder out = new StringBuilder(text.length());
    for (int begin = 0; begin < text.length(); ) {
      int end = Math.min(text.length(), begin + PIECE);
      end += end < text.length() && Character.isLowSurrogate(text.charAt(end)) ? 1 : 0;
      out.append(text.substring(begin, end).toUpperCase(Locale.ROOT));
      begin = end;
    }
    return out.toString();
  }

  /** As {@code str.swapcase}. */
  public static String swapped(String text) {
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              String one = Character.toString(c);
              out.append(Character.isUpperCase(c) ? lower(one) : one.toUpperCase(Locale.ROOT));
            });
    return out.toString();
  }

  /** As {@code str.isupper}. */
  public static boolean isUpper(String text) {
    return text.codePoints().anyMatch(Character::isUpperCase)
        && text.codePoints().noneMatch(c -> Character.isLowerCase(c) || Character.isTitleCase(c));
  }

  /** As {@code str.islower}. */
  public static boolean isLower(String text) {
    return text.codePoints().anyMatch(Character::isLowerCase)
        && text.codePoints().noneMatch(c -> Character.isUpperCase(c) || Character.isTitleCase(c));
  }
}
