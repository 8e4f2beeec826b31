package io.pinion.jinja.value;

import io.pinion.jinja.limit.EvaluationException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;

/** Formats numbers as {@code str.format} and {@code %} do. */
public final class NumberFormat {
  private static final int MAX_PRECISION = 1000;
  private static final int PRECISION = 6;

  private NumberFormat() {}

  /**
   * Formats a number by the type letter of a format.
   *
   * @param precision the number of digits; -1 for the letter's default
   * @throws EvaluationException for a letter that does not format numbers
   */
  public static String text(NumberValue number, char letter, int precision) {
    if (precision > MAX_PRECISION) {
      throw new EvaluationException("precision of more than " + MAX_PRECISION + " digits");
    }
    return switch (letter) {
      case 'd', 'n' -> number.toInteger().toString();
      case 'x' -> whole(number).toString(16);
      case 'X' -> whole(number).toString(16).toUpperCase(Locale.ROOT);
      case 'o' -> whole(number).toString(8);
      case 'b' -> whole(number).toString(2);
      case 'f', 'F', 'e', 'E', 'g', 'G', '%' -> decimal(number, letter, precision);
      default -> throw new EvaluationException("unknown format '" + letter + "' for a number");
    };
  }

  private static BigInteger whole(NumberValue number) {
    if (!number.isIntegral()) {
      throw new EvaluationException("an integer is required, not a float");
    }
    return number.toInteger();
  }

  private static String decimal(NumberValue number, char letter, int precision) {
    double value = number.toDouble();
    if (!Double.isFinite(value)) {
      return FloatText.shortest(value) + (letter == '%' ? "%" : "");
    }
    String sign = Double.compare(value, 0.0) < 0 ? "-" : "";
    BigDecimal exact = new BigDecimal(Math.abs(value));
    int digits = precision < 0 ? PRECISION : precision;
    String text =
        switch (Character.toLowerCase(letter)) {
          case 'f' -> fixed(exact, digits);
          case 'e' -> scientific(exact, digits);
          case 'g' -> general(exact, Math.max(1, digits));
          default -> fixed(exact.movePointRight(2), digits) + "%";
        };
    return sign + (Character.isUpperCase(letter) ? text.toUpperCase(Locale.ROOT) : text);
  }

  private static String fixed(BigDecimal value, int digits) {
    return value.setScale(digits, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(BigDecimal value, int digits) {
    BigDecimal rounded = value.round(new MathContext(digits + 1, RoundingMode.HALF_EVEN));
    int exponent = exponent(rounded);
    String mantissa = fixed(rounded.movePointLeft(exponent), digits);
    String padding = Math.abs(exponent) < 10 ? "0" : "";
    return mantissa + "e" + (exponent < 0 ? "-" : "+") + padding + Math.abs(exponent);
  }

  private static int exponent(BigDecimal value) {
    return value.signum() == 0 ? 0 : value.precision() - value.scale() - 1;
  }

  private static String general(BigDecimal value, int digits) {
    BigDecimal rounded = value.round(new MathContext(digits, RoundingMode.HALF_EVEN));
    int exponent = exponent(rounded);
    if (exponent >= -4 && exponent < digits) {
      return withoutZeros(fixed(rounded, Math.max(0, digits - 1 - exponent)));
    }
    String text = scientific(rounded, digits - 1);
    int marker = text.indexOf('e');
    return withoutZeros(text.substring(0, marker)) + text.substring(marker);
  }

  private static String withoutZeros(String decimal) {
    if (decimal.indexOf('.') < 0) {
      return decimal;
    }
    int end = decimal.length();
    while (decimal.charAt(end - 1) == '0') {
      end--;
    }
    return decimal.substring(0, decimal.charAt(end - 1) == '.' ? end - 1 : end);
  }
}
