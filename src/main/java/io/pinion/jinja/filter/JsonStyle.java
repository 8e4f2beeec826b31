package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.SequenceValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.Value;

/**
 * Options of the filter {@code tojson}.
 *
 * @param ascii whether characters beyond ASCII are escaped
 * @param indent the indentation of each level; null for everything on one line
 */
record JsonStyle(
    boolean ascii, String indent, String itemSeparator, String keySeparator, boolean sortKeys) {
  /** Reads the style from the filter's arguments, in order; null for those not given. */
  static JsonStyle of(Value[] given, Budget budget) {
    String indent = null;
    if (given[1] instanceof TextValue text) {
      indent = text.text();
    } else if (!Arguments.isNone(given[1])) {
      indent = new TextBuilder(budget).append(" ", Arguments.integer(given[1], 0)).toString();
    }
    String item = indent == null ? ", " : ",";
    String key = ": ";
    if (!Arguments.isNone(given[2])) {
      if (!(given[2] instanceof SequenceValue pair) || pair.length() != 2) {
        throw new EvaluationException("separators must be two strings");
      }
      item = Arguments.text(pair.items().get(0)).text();
      key = Arguments.text(pair.items().get(1)).text();
    }
    return new JsonStyle(Arguments.isTrue(given[0]), indent, item, key, Arguments.isTrue(given[3]));
  }
}
