package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.CodePoints;
import io.pinion.jinja.string.Padding;

/**
 * The format specifier after the colon of a field: {@code [[fill]align][sign][0][width][,][.digits]
 * [letter]}.
 *
 * @param align NUL if the value's type decides
 * @param precision -1 if absent
 * @param letter NUL if absent
 */
record FormatSpec(
    String fill, char align, char sign, int width, char grouping, int precision, char letter) {
  private static final String ALIGNMENTS = "<>^=";

  static FormatSpec of(String spec) {
    return new Reader(spec).read();
  }

  /** Reads the parts of a specifier in order. */
  private static final class Reader {
    private final String spec;
    private int at;

    Reader(String spec) {
      this.spec = spec;
    }

    FormatSpec read() {
      String fill = " ";
      char align = '\0';
      int first = spec.isEmpty() ? 0 : Character.charCount(spec.codePointAt(0));
      if (first < spec.length() && ALIGNMENTS.indexOf(spec.charAt(first)) >= 0) {
        fill = spec.substring(0, first);
        align = spec.charAt(first);
        at = first + 1;
      } else {
        align = skip(ALIGNMENTS);
      }
      char sign = skip("+- ");
      if (skip("0") == '0' && align == '\0') {
        fill = "0";
        align = '=';
      }
      int width = Math.max(0, number());
      char grouping = skip(",_");
      int precision = skip(".") == '.' ? number() : -1;
      char letter = skip("sdnxXobfFeEgG%");
      if (at < spec.length()) {
        throw new EvaluationException("invalid format specifier '" + spec + "'");
      }
      return new FormatSpec(fill, align, sign, width, grouping, precision, letter);
    }

    private char skip(String characters) {
      boolean found = at < spec.length() && characters.indexOf(spec.charAt(at)) >= 0;
      return found ? spec.charAt(at++) : '\0';
    }

    private int number() {
      long number = -1;
      for (char digit = skip("0123456789"); digit != '\0'; digit = skip("0123456789")) {
        number = Math.min(Integer.MAX_VALUE, Math.max(0, number) * 10 + digit - '0');
      }
      return (int) number;
    }
  }

  String apply(Value value, Budget budget) {
    if (value instanceof NumberValue number
        && !(value instanceof BoolValue && letter == '\0' && width == 0)) {
      return number(number, budget);
    }
    if (letter != '\0' && letter != 's') {
      throw new EvaluationException(
          "unknown format '" + letter + "' for an object of type '" + value.typeName() + "'");
    }
    String text = Printer.text(value, budget);
    budget.read(text);
    if (precision >= 0 && precision < CodePoints.length(text)) {
      text = CodePoints.between(text, 0, precision);
    }
    return Padding.padded(text, width, fill, align == '\0' ? '<' : align, budget);
  }

  private String number(NumberValue number, Budget budget) {
    number.countDigits(budget);
    String text = grouped(digits(number, budget));
    if (!text.startsWith("-") && (sign == '+' || sign == ' ')) {
      text = sign + text;
    }
    if (align == '=' && fill.equals("0")) {
      return Padding.zeroPadded(text, width, budget);
    }
    return Padding.padded(text, width, fill, align == '\0' ? '>' : align, budget);
  }

  private String digits(NumberValue number, Budget budget) {
    if (letter != '\0') {
      return NumberFormat.text(number, letter, precision);
    }
    return number.isIntegral() || precision < 0
        ? Printer.repr(number.isIntegral() ? new IntValue(number.toInteger()) : number, budget)
        : NumberFormat.text(number, 'g', precision);
  }

  private String grouped(String digits) {
    if (grouping == '\0') {
      return digits;
    }
    int begin = digits.startsWith("-") ? 1 : 0;
    int point = digits.indexOf('.');
    StringBuilder out = new StringBuilder(digits);
    for (int i = (point < 0 ? digits.length() : point) - 3; i > begin; i -= 3) {
      out.insert(i, grouping);
    }
    return out.toString();
  }
}
