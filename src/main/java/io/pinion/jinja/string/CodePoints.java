package io.pinion.jinja.string;

/** Indexes strings by code points, as Python does. */
public final class CodePoints {
  private CodePoints() {}

  public static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  /** The character at an index, which must be within the text. */
  public static String at(String text, int index) {
    int begin = text.offsetByCodePoints(0, index);
    return text.substring(begin, text.offsetByCodePoints(begin, 1));
  }

  public static String between(String text, int from, int to) {
    int begin = text.offsetByCodePoints(0, from);
    return text.substring(begin, text.offsetByCodePoints(begin, to - from));
  }

  public static String reversed(String text) {
    int[] codePoints = text.codePoints().toArray();
    StringBuilder out = new StringBuilder(text.length());
    for (int i = codePoints.length - 1; i >= 0; i--) {
      out.appendCodePoint(codePoints[i]);
    }
    return out.toString();
  }
}
