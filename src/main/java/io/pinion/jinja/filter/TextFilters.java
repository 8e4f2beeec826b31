package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.operator.Printf;
import io.pinion.jinja.string.Casing;
import io.pinion.jinja.string.Cutting;
import io.pinion.jinja.string.TextBuilder;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Items;
import io.pinion.jinja.value.Markup;
import io.pinion.jinja.value.NoneValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.TupleValue;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The filters that return strings. Most accept any value and work on its printed text. */
final class TextFilters {
  private TextFilters() {}

  static Map<String, Filter> all() {
    return Map.ofEntries(
        Map.entry("capitalize", changing(Casing::capitalized)),
        Map.entry("e", TextFilters::escape),
        Map.entry("escape", TextFilters::escape),
        Map.entry("format", TextFilters::format),
        Map.entry("indent", TextFilters::indent),
        Map.entry("join", TextFilters::join),
        Map.entry("lower", changing(Casing::lower)),
        Map.entry("replace", TextFilters::replace),
        Map.entry("safe", TextFilters::safe),
        Map.entry("string", changing(UnaryOperator.identity())),
        Map.entry("title", TextFilters::title),
        Map.entry("tojson", TextFilters::json),
        Map.entry("trim", TextFilters::trim),
        Map.entry("upper", changing(Casing::upper)));
  }

  /** The value converted to a string; markup stays markup. */
  private static TextValue soft(Value value, Budget budget) {
    if (value instanceof TextValue text) {
      budget.read(text.text());
      return text;
    }
    return TextValue.of(Printer.text(value, budget));
  }

  private static Filter changing(UnaryOperator<String> change) {
    return (input, arguments, budget) -> {
      arguments.bindNone();
      TextValue text = soft(input, budget);
      String changed = change.apply(text.text());
      budget.characters(changed.length());
      return text.with(changed);
    };
  }

  private static Value title(Value input, Arguments arguments, Budget budget) {
    budget.each(soft(input, budget).text());
    return changing(Casing::wordsCapitalized).apply(input, arguments, budget);
  }

  private static Value escape(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    return new TextValue(Markup.escaped(soft(input, budget), budget), true);
  }

  private static Value safe(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    return new TextValue(soft(input, budget).text(), true);
  }

  private static Value format(Value input, Arguments arguments, Budget budget) {
    TextValue format = soft(input, budget);
    Value values = new TupleValue(arguments.positional());
    if (!arguments.named().isEmpty()) {
      if (!arguments.positional().isEmpty()) {
        throw new EvaluationException("format takes positional or keyword arguments, not both");
      }
      values = Globals.dict(new Arguments("dict", List.of(), arguments.named()), budget);
    }
    return format.with(Printf.format(format.text(), values, budget));
  }

  private static Value indent(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "width", "first", "blank");
    TextValue text = Arguments.text(input);
    String indentation =
        given[0] instanceof TextValue width
            ? width.text()
            : new TextBuilder(budget).append(" ", Arguments.integer(given[0], 4)).toString();
    boolean blank = Arguments.isTrue(given[2]);
    TextBuilder out = new TextBuilder(budget);
    List<String> lines = Cutting.lines(text.text() + "\n", false);
    for (int i = 0; i < lines.size(); i++) {
      boolean indented = i == 0 ? Arguments.isTrue(given[1]) : blank || !lines.get(i).isEmpty();
      out.append(i == 0 ? "" : "\n").append(indented ? indentation : "").append(lines.get(i));
    }
    return text.with(out.toString());
  }

  private static Value join(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "d", "attribute");
    String separator = given[0] == null ? "" : Printer.text(given[0], budget);
    Value path = given[1] == null ? NoneValue.NONE : given[1];
    TextBuilder out = new TextBuilder(budget);
    String before = "";
    for (Value item : Values.list(input, budget)) {
      out.append(before).append(Printer.text(Items.follow(item, path, budget), budget));
      before = separator;
    }
    return TextValue.of(out.toString());
  }

  private static Value replace(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(2, "old", "new", "count");
    int count = Arguments.isNone(given[2]) ? -1 : Arguments.integer(given[2], -1);
    String text = soft(input, budget).text();
    String old = Printer.text(given[0], budget);
    return TextValue.of(Cutting.replaced(text, old, Printer.text(given[1], budget), count, budget));
  }

  private static Value trim(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "chars");
    TextValue text = soft(input, budget);
    String characters = Arguments.text(given[0], null);
    return text.with(Cutting.stripped(text.text(), characters, true, true, budget));
  }

  private static Value json(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "ensure_ascii", "indent", "separators", "sort_keys");
    return TextValue.of(Json.text(input, JsonStyle.of(given, budget), budget));
  }
}
