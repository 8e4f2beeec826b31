package io.pinion.jinja.syntax;

import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.NumberText;
import java.math.BigInteger;

/** Reads number literals as Python writes them: {@code 1_000}, {@code 0x1f}, {@code 2.5e-3}. */
final class NumberLiteral {
  private NumberLiteral() {}

  /** The end of the float that starts at {@code at}; -1 if there is none. */
  static int floatEnd(Cursor cursor, int at) {
    int whole = digitsEnd(cursor, at, 10);
    int fraction = cursor.charAt(whole) == '.' ? digitsEnd(cursor, whole + 1, 10) : -1;
    int mantissa = fraction > whole + 1 ? fraction : whole;
    int exponent = exponentEnd(cursor, mantissa);
    if (exponent >= 0) {
      return exponent;
    }
    return mantissa > whole ? mantissa : -1;
  }

  private static int exponentEnd(Cursor cursor, int at) {
    if (Character.toLowerCase(cursor.charAt(at)) != 'e') {
      return -1;
    }
    char sign = cursor.charAt(at + 1);
    int digits = at + (sign == '+' || sign == '-' ? 2 : 1);
    int end = digitsEnd(cursor, digits, 10);
    return end > digits ? end : -1;
  }

  /** The end of the integer that starts at {@code at}. */
  static int integerEnd(Cursor cursor, int at) {
    if (cursor.charAt(at) != '0') {
      return digitsEnd(cursor, at, 10);
    }
    int radix = radix(cursor.charAt(at + 1));
    if (radix != 10) {
      int digits = cursor.charAt(at + 2) == '_' ? at + 3 : at + 2;
      int end = digitsEnd(cursor, digits, radix);
      return end > digits ? end : at + 1;
    }
    int end = at + 1;
    while (cursor.charAt(end) == '0' || cursor.startsWith("_0", end)) {
      end += cursor.charAt(end) == '0' ? 1 : 2;
    }
    return end;
  }

  private static int digitsEnd(Cursor cursor, int at, int radix) {
    int end = at;
    while (isDigit(cursor.charAt(end), radix)
        || (end > at && cursor.charAt(end) == '_' && isDigit(cursor.charAt(end + 1), radix))) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(char c, int radix) {
    return c < 128 && Character.digit(c, radix) >= 0;
  }

  private static int radix(char marker) {
    return switch (Character.toLowerCase(marker)) {
      case 'b' -> 2;
      case 'o' -> 8;
      case 'x' -> 16;
      default -> 10;
    };
  }

  /** The value of an integer token. */
  static BigInteger integer(String text) {
    String digits = text.replace("_", "");
    if (digits.length() > NumberText.MAX_DIGITS) {
      throw new EvaluationException("number of more than " + NumberText.MAX_DIGITS + " digits");
    }
    int radix = digits.length() > 1 ? radix(digits.charAt(1)) : 10;
    return new BigInteger(radix == 10 ? digits : digits.substring(2), radix);
  }

  /** The value of a float token. */
  static double decimal(String text) {
    return Double.parseDouble(text.replace("_", ""));
  }
}
