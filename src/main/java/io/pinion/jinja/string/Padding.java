package io.pinion.jinja.string;

import io.pinion.jinja.limit.Budget;

/** Pads strings to a width. */
public final class Padding {
  private Padding() {}

  /**
   * Pads a string.
   *
   * @param align {@code <} for text on the left, {@code >} on the right, {@code ^} in the middle;
   *     {@code c} as {@code str.center}, which puts an odd blank on the left if the width is odd
   */
  public static String padded(String text, int width, String fill, char align, Budget budget) {
    int missing = Math.max(0, width - CodePoints.length(text));
    int left =
        switch (align) {
          case '<' -> 0;
          case '>' -> missing;
          case 'c' -> missing / 2 + (missing & width & 1);
          default -> missing / 2;
        };
    TextBuilder out = new TextBuilder(budget);
    out.append(fill, left).append(text).append(fill, missing - left);
    return out.toString();
  }

  /** Pads a number with zeros between its sign and its digits. */
  public static String zeroPadded(String number, int width, Budget budget) {
    int sign = number.startsWith("-") || number.startsWith("+") || number.startsWith(" ") ? 1 : 0;
    String digits = padded(number.substring(sign), width - sign, "0", '>', budget);
    return number.substring(0, sign) + digits;
  }
}
