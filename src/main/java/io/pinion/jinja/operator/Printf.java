package io.pinion.jinja.operator;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.CodePoints;
import io.pinion.jinja.string.Padding;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.ListValue;
import io.pinion.jinja.value.NumberFormat;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.RangeValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.TupleValue;
import io.pinion.jinja.value.Value;
import java.util.List;

/** Python's {@code %} formatting of strings. */
public final class Printf {
  private static final String FLAGS = "-+ 0#";

  private final String format;
  private final Value values;
  private final Budget budget;
  private final TextBuilder out;
  private int at;
  private int used;
  private boolean named;

  private Printf(String format, Value values, Budget budget) {
    this.format = format;
    this.values = values;
    this.budget = budget;
    this.out = new TextBuilder(budget);
  }

  /**
   * Fills in a format string.
   *
   * @param values a tuple of values, a dictionary for named fields, or one value
   */
  public static String format(String format, Value values, Budget budget) {
    Printf printf = new Printf(format, values, budget);
    printf.run();
    return printf.out.toString();
  }

  private void run() {
    int percent = format.indexOf('%');
    while (percent >= 0) {
      out.append(format.substring(at, percent));
      at = percent + 1;
      place();
      percent = format.indexOf('%', at);
    }
    out.append(format.substring(at));
    boolean unused = values instanceof TupleValue tuple ? used < tuple.length() : used == 0;
    if (unused && !named && !mayStayUnused()) {
      throw new EvaluationException("not all arguments converted during string formatting");
    }
  }

  /** Python does not report unused values that can be indexed, except tuples and strings. */
  private boolean mayStayUnused() {
    return values instanceof ListValue
        || values instanceof DictValue
        || values instanceof RangeValue
        || values.isUndefined();
  }

  private char peek() {
    if (at >= format.length()) {
      throw new EvaluationException("incomplete format");
    }
    return format.charAt(at);
  }

  private void place() {
    Value value = peek() == '(' ? named() : null;
    int begin = at;
    while (FLAGS.indexOf(peek()) >= 0) {
      at++;
    }
    String flags = format.substring(begin, at);
    int width = number();
    int precision = -1;
    if (peek() == '.') {
      at++;
      precision = number();
    }
    char letter = peek();
    at++;
    if (letter == '%') {
      out.append("%");
      return;
    }
    String text = text(value == null ? next() : value, letter, precision, flags);
    boolean zeros = flags.contains("0") && !flags.contains("-") && "src".indexOf(letter) < 0;
    out.append(
        zeros
            ? Padding.zeroPadded(text, width, budget)
            : Padding.padded(text, width, " ", flags.contains("-") ? '<' : '>', budget));
  }

  private int number() {
    long number = 0;
    while (peek() >= '0' && peek() <= '9') {
      number = Math.min(Integer.MAX_VALUE, number * 10 + peek() - '0');
      at++;
    }
    return (int) number;
  }

  private Value named() {
    int close = format.indexOf(')', at);
    if (close < 0 || !(values instanceof DictValue dict)) {
      throw new EvaluationException("format requires a mapping");
    }
    String name = format.substring(at + 1, close);
    at = close + 1;
    named = true;
    return dict.find(TextValue.of(name))
        .orElseThrow(() -> new EvaluationException("format has no value for '" + name + "'"));
  }

  private Value next() {
    List<Value> given = values instanceof TupleValue tuple ? tuple.items() : List.of(values);
    if (used >= given.size()) {
      throw new EvaluationException("not enough arguments for format string");
    }
    return given.get(used++);
  }

  private String text(Value value, char letter, int precision, String flags) {
    switch (letter) {
      case 's':
        return cut(Printer.text(value, budget), precision);
      case 'r':
        return cut(Printer.repr(value, budget), precision);
      case 'c':
        return character(value);
      default:
        break;
    }
    if (!(value instanceof NumberValue number) || letter == '%' || letter == 'b') {
      throw new EvaluationException(
          "%" + letter + " format: a number is required, not " + value.typeName());
    }
    number.countDigits(budget);
    String text =
        NumberFormat.text(number, letter == 'i' || letter == 'u' ? 'd' : letter, precision);
    boolean positive = !text.startsWith("-");
    return positive && flags.contains("+")
        ? "+" + text
        : positive && flags.contains(" ") ? " " + text : text;
  }

  private String cut(String text, int precision) {
    budget.read(text);
    return precision < 0 || precision >= CodePoints.length(text)
        ? text
        : CodePoints.between(text, 0, precision);
  }

  private String character(Value value) {
    if (value instanceof TextValue text) {
      budget.read(text.text());
      if (text.length() == 1) {
        return text.text();
      }
    }
    int codePoint = Arguments.integer(value, 0);
    if (!Character.isValidCodePoint(codePoint)) {
      throw new EvaluationException("%c needs a character");
    }
    return Character.toString(codePoint);
  }
}
