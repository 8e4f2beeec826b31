package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.operator.Sorting;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.BoolValue;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.FloatValue;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.SequenceValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.Value;
import java.util.HexFormat;
import java.util.List;

/** Writes values as Python's {@code json.dumps} does. */
final class Json {
  private static final String ESCAPED = "\"\\\n\r\t\f\b";
  private static final String LETTERS = "\"\\nrtfb";

  private static final HexFormat HEX = HexFormat.of();

  private final JsonStyle style;
  private final TextBuilder out;
  private final Budget budget;
  private int depth;

  private Json(JsonStyle style, Budget budget) {
    this.style = style;
    this.out = new TextBuilder(budget);
    this.budget = budget;
  }

  /**
   * Serializes a value.
   *
   * @throws EvaluationException for a value that JSON cannot represent, such as an undefined value
   */
  static String text(Value value, JsonStyle style, Budget budget) {
    Json json = new Json(style, budget);
    json.write(value);
    return json.out.toString();
  }

  private void write(Value value) {
    budget.steps(1);
    if (value instanceof TextValue text) {
      quote(text.text());
    } else if (value instanceof DictValue dict) {
      object(dict);
    } else if (value instanceof SequenceValue sequence) {
      array(sequence);
    } else {
      out.append(scalar(value));
    }
  }

  private String scalar(Value value) {
    if (value == NoneValue.NONE) {
      return "null";
    }
    if (value instanceof BoolValue bool) {
      return bool.value() ? "true" : "false";
    }
    if (value instanceof FloatValue number && !Double.isFinite(number.value())) {
      double infinite = number.value();
      return Double.isNaN(infinite) ? "NaN" : infinite > 0 ? "Infinity" : "-Infinity";
    }
    if (value instanceof NumberValue) {
      return Printer.repr(value, budget);
    }
    throw new EvaluationException(
        "object of type " + value.typeName() + " is not JSON serializable");
  }

  private void array(SequenceValue sequence) {
    out.append("[");
    depth++;
    String separator = "";
    for (Value item : sequence.items()) {
      out.append(separator);
      newLine();
      write(item);
      separator = style.itemSeparator();
    }
    depth--;
    close(sequence.isTrue(), "]");
  }

  private void object(DictValue dict) {
    out.append("{");
    depth++;
    String separator = "";
    for (Value key : keys(dict)) {
      out.append(separator);
      newLine();
      quote(name(key));
      out.append(style.keySeparator());
      write(dict.entries().get(key));
      separator = style.itemSeparator();
    }
    depth--;
    close(dict.isTrue(), "}");
  }

  private List<Value> keys(DictValue dict) {
    List<Value> keys = List.copyOf(dict.entries().keySet());
    return style.sortKeys() ? Sorting.sorted(keys, key -> key, false, budget) : keys;
  }

  private String name(Value key) {
    if (key instanceof TextValue text) {
      return text.text();
    }
    if (key instanceof NumberValue || key == NoneValue.NONE) {
      return scalar(key);
    }
    throw new EvaluationException(
        "keys must be str, int, float, bool or None, not " + key.typeName());
  }

  private void close(boolean hasItems, String bracket) {
    if (hasItems) {
      newLine();
    }
    out.append(bracket);
  }

  private void newLine() {
    if (style.indent() != null) {
      out.append("\n").append(style.indent(), depth);
    }
  }

  private void quote(String text) {
    out.append("\"");
    int begin = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c == '"' || c == '\\' || (style.ascii() && c > 0x7f)) {
        out.append(text.substring(begin, i)).append(escape(c));
        begin = i + 1;
      }
    }
    out.append(text.substring(begin)).append("\"");
  }

  private static String escape(char c) {
    int known = ESCAPED.indexOf(c);
    return known >= 0 ? "\\" + LETTERS.charAt(known) : "\\u" + HEX.toHexDigits(c);
  }
}
