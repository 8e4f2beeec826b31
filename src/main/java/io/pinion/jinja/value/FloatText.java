package io.pinion.jinja.value;

import java.math.BigDecimal;
import java.math.MathContext;

/** Python's {@code repr} of floating-point numbers. */
public final class FloatText {
  private static final int MAX_DIGITS = 17;

  private FloatText() {}

  /** The shortest digits that read back as the same number: {@code 0.1}, {@code 1e+16}. */
  public static String shortest(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    String sign = Double.compare(value, 0.0) < 0 ? "-" : "";
    if (Double.isInfinite(value)) {
      return sign + "inf";
    }
    if (value == 0) {
      return sign + "0.0";
    }
    return sign + positive(Math.abs(value));
  }

  private static String positive(double value) {
    BigDecimal decimal = shortestDecimal(value).stripTrailingZeros();
    int exponent = decimal.precision() - decimal.scale() - 1;
    if (exponent < -4 || exponent >= 16) {
      return scientific(decimal, exponent);
    }
    String plain = decimal.toPlainString();
    return plain.indexOf('.') < 0 ? plain + ".0" : plain;
  }

  private static BigDecimal shortestDecimal(double value) {
    BigDecimal exact = new BigDecimal(value);
    for (int digits = 1; digits < MAX_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == value) {
        return rounded;
      }
    }
    return exact.round(new MathContext(MAX_DIGITS));
  }

  private static String scientific(BigDecimal decimal, int exponent) {
    String digits = decimal.unscaledValue().toString();
    String fraction = digits.length() > 1 ? "." + digits.substring(1) : "";
    String padding = Math.abs(exponent) < 10 ? "0" : "";
    return digits.charAt(0)
        + fraction
        + "e"
        + (exponent < 0 ? "-" : "+")
        + padding
        + Math.abs(exponent);
  }
}
