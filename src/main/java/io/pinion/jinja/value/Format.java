package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.TextBuilder;

/** Python's {@code str.format}, without nested fields in a format specifier. */
final class Format {
  private final String format;
  private final Arguments arguments;
  private final Budget budget;
  private final TextBuilder out;
  private int at;
  private int automatic;

  private Format(String format, Arguments arguments, Budget budget) {
    this.format = format;
    this.arguments = arguments;
    this.budget = budget;
    this.out = new TextBuilder(budget);
  }

  static Value format(TextValue format, Arguments arguments, Budget budget) {
    Format run = new Format(format.text(), arguments, budget);
    while (run.at < run.format.length()) {
      run.next();
    }
    return format.with(run.out.toString());
  }

  private void next() {
    char c = format.charAt(at);
    boolean doubled = at + 1 < format.length() && format.charAt(at + 1) == c;
    if (c != '{' && c != '}') {
      out.append(Character.toString(c));
      at++;
    } else if (doubled) {
      out.append(Character.toString(c));
      at += 2;
    } else if (c == '{') {
      field();
    } else {
      throw new EvaluationException("single '}' encountered in format string");
    }
  }

  private void field() {
    int close = format.indexOf('}', at);
    if (close < 0 || format.substring(at + 1, close).contains("{")) {
      throw new EvaluationException("format string has a field that is not closed, or nested");
    }
    String field = format.substring(at + 1, close);
    at = close + 1;
    int colon = field.indexOf(':');
    String spec = colon < 0 ? "" : field.substring(colon + 1);
    String path = colon < 0 ? field : field.substring(0, colon);
    int mark = path.indexOf('!');
    Value value = value(mark < 0 ? path : path.substring(0, mark));
    if (mark >= 0) {
      value = converted(value, path.substring(mark + 1));
    }
    out.append(FormatSpec.of(spec).apply(value, budget));
  }

  private Value converted(Value value, String conversion) {
    return switch (conversion) {
      case "s" -> TextValue.of(Printer.text(value, budget));
      case "r" -> TextValue.of(Printer.repr(value, budget));
      default -> throw new EvaluationException("unknown conversion '" + conversion + "'");
    };
  }

  private Value value(String path) {
    int end = 0;
    while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
      end++;
    }
    Value value = argument(path.substring(0, end));
    while (end < path.length()) {
      boolean attribute = path.charAt(end) == '.';
      int next = end + 1;
      while (next < path.length() && (attribute ? ".[" : "]").indexOf(path.charAt(next)) < 0) {
        next++;
      }
      value = follow(value, path.substring(end + 1, next), attribute);
      end = attribute ? next : next + 1;
    }
    return value;
  }

  private Value follow(Value owner, String name, boolean attribute) {
    if (attribute) {
      return owner
          .attribute(name)
          .or(() -> owner.item(TextValue.of(name)))
          .orElseGet(() -> UndefinedValue.attribute(owner, name));
    }
    boolean number = !name.isEmpty() && name.chars().allMatch(c -> c >= '0' && c <= '9');
    return Items.find(owner, number ? IntValue.of(index(name)) : TextValue.of(name), budget);
  }

  private Value argument(String name) {
    boolean number = name.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!number) {
      Value value = arguments.named().get(name);
      if (value == null) {
        throw new EvaluationException("format has no value for '" + name + "'");
      }
      return value;
    }
    int index = name.isEmpty() ? automatic++ : index(name);
    if (index >= arguments.positional().size()) {
      throw new EvaluationException("format has no value for field " + index);
    }
    return arguments.positional().get(index);
  }

  private static int index(String digits) {
    if (digits.length() > 9) {
      throw new EvaluationException("format has a field number that is too large");
    }
    return Integer.parseInt(digits);
  }
}
