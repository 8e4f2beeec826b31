package io.pinion.jinja.value;

import io.pinion.jinja.string.Cutting;
import java.math.BigInteger;
import java.util.Locale;

/** Parses numbers as Python's {@code int} and {@code float} do. */
public final class NumberText {
  /** The maximum length of an integer; longer ones are rejected, as in Python. */
  public static final int MAX_DIGITS = 4300;

  private NumberText() {}

  /** Parses an integer; null if the text is not one. */
  public static BigInteger integer(String text, int base) {
    String trimmed = Cutting.stripped(text).toLowerCase(Locale.ROOT);
    boolean signed = trimmed.startsWith("-") || trimmed.startsWith("+");
    String digits = signed ? trimmed.substring(1) : trimmed;
    int radix = base == 0 ? prefixRadix(digits) : base;
    if (radix != 10 && prefixRadix(digits) == radix) {
      digits = digits.substring(digits.startsWith("_", 2) ? 3 : 2);
    }
    boolean leadingZero = base == 0 && radix == 10 && digits.matches("0[0_]*[1-9].*");
    if (radix < 2 || radix > 36 || leadingZero || !areDigits(digits, radix)) {
      return null;
    }
    BigInteger value = new BigInteger(digits.replace("_", ""), radix);
    return trimmed.startsWith("-") ? value.negate() : value;
  }

  private static int prefixRadix(String digits) {
    if (digits.startsWith("0x")) {
      return 16;
    }
    if (digits.startsWith("0o")) {
      return 8;
    }
    return digits.startsWith("0b") ? 2 : 10;
  }

  /** Whether the text has only digits and single underscores between them, and not too many. */
  private static boolean areDigits(String text, int radix) {
    boolean afterDigit = false;
    for (int i = 0; i < text.length(); i++) {
      boolean digit = Character.digit(text.charAt(i), radix) >= 0;
      if (!digit && !(afterDigit && text.charAt(i) == '_')) {
        return false;
      }
      afterDigit = digit;
    }
    return afterDigit && text.length() <= MAX_DIGITS;
  }

  /** Parses a float; null if the text is not one. */
  public static Double decimal(String text) {
    String trimmed = Cutting.stripped(text).toLowerCase(Locale.ROOT);
    boolean signed = trimmed.startsWith("-") || trimmed.startsWith("+");
    String digits = signed ? trimmed.substring(1) : trimmed;
    double sign = trimmed.startsWith("-") ? -1 : 1;
    return switch (digits) {
      case "inf", "infinity" -> sign * Double.POSITIVE_INFINITY;
      case "nan" -> Double.NaN;
      default -> isDecimal(digits) ? (Double) (sign * parsed(digits)) : null;
    };
  }

  private static double parsed(String digits) {
    return Double.parseDouble(digits.replace("_", ""));
  }

  private static boolean isDecimal(String digits) {
    int exponent = digits.indexOf('e');
    String mantissa = exponent < 0 ? digits : digits.substring(0, exponent);
    int point = mantissa.indexOf('.');
    String whole = point < 0 ? mantissa : mantissa.substring(0, point);
    String fraction = point < 0 ? "" : mantissa.substring(point + 1);
    return (!whole.isEmpty() || !fraction.isEmpty())
        && (whole.isEmpty() || areDigits(whole, 10))
        && (fraction.isEmpty() || areDigits(fraction, 10))
        && (exponent < 0 || isExponent(digits.substring(exponent + 1)));
  }

  private static boolean isExponent(String text) {
    boolean signed = text.startsWith("-") || text.startsWith("+");
    return areDigits(signed ? text.substring(1) : text, 10);
  }
}
