package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.limit.Limits;
import io.pinion.jinja.string.Characters;
import io.pinion.jinja.string.TextBuilder;
import java.util.HexFormat;
import java.util.Map;

/** Writes values as Python's {@code str} and {@code repr} do. */
public final class Printer {
  private static final HexFormat HEX = HexFormat.of();

  private final TextBuilder out;
  private final Budget budget;
  private int depth;

  private Printer(Budget budget) {
    this.out = new TextBuilder(budget);
    this.budget = budget;
  }

  /** As {@code str}: a string itself, empty for an undefined value, else the repr. */
  public static String text(Value value, Budget budget) {
    if (value instanceof TextValue text) {
      return text.text();
    }
    return value.isUndefined() ? "" : repr(value, budget);
  }

  public static String repr(Value value, Budget budget) {
    return new Printer(budget).value(value).out.toString();
  }

  Printer append(String text) {
    out.append(text);
    return this;
  }

  /** Counts the cost of computing a number's digits. */
  Printer digits(NumberValue number) {
    number.countDigits(budget);
    return this;
  }

  /**
   * Appends a value's repr. A value that contains itself, which namespaces make possible, is an
   * error.
   */
  Printer value(Value value) {
    budget.steps(1);
    if (++depth > 2 * Limits.NESTING) {
      throw new EvaluationException("value nests too deeply to be printed");
    }
    value.print(this);
    depth--;
    return this;
  }

  Printer values(Iterable<Value> values) {
    String separator = "";
    for (Value value : values) {
      append(separator).value(value);
      separator = ", ";
    }
    return this;
  }

  Printer entries(Map<Value, Value> entries) {
    String separator = "";
    for (Map.Entry<Value, Value> entry : entries.entrySet()) {
      append(separator).value(entry.getKey()).append(": ").value(entry.getValue());
      separator = ", ";
    }
    return this;
  }

  /**
   * Appends a string literal, in single quotes unless the text contains those but no double quotes.
   */
  Printer quote(String text) {
    char quote = text.indexOf('\'') >= 0 && text.indexOf('"') < 0 ? '"' : '\'';
    append(Character.toString(quote));
    text.codePoints().forEach(c -> append(escaped(c, quote)));
    return append(Character.toString(quote));
  }

  private static String escaped(int codePoint, char quote) {
    return switch (codePoint) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case '\\' -> "\\\\";
      default -> {
        if (codePoint == quote) {
          yield "\\" + quote;
        }
        yield Characters.isPrintable(codePoint) ? Character.toString(codePoint) : hex(codePoint);
      }
    };
  }

  private static String hex(int codePoint) {
    if (codePoint < 0x100) {
      return "\\x" + HEX.toHexDigits((byte) codePoint);
    }
    return codePoint < 0x10000
        ? "\\u" + HEX.toHexDigits((char) codePoint)
        : "\\U" + HEX.toHexDigits(codePoint);
  }
}
