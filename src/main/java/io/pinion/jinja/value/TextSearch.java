package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.CodePoints;
import io.pinion.jinja.string.SubstringSearch;
import java.util.Map;
import java.util.function.BiPredicate;

/** The methods of strings that search for a substring. Positions count code points. */
final class TextSearch {
  private TextSearch() {}

  static Map<String, TextMethods.Method> all() {
    return Map.of(
        "count", TextSearch::count,
        "endswith", (self, arguments, budget) -> matches(self, arguments, String::endsWith, budget),
        "find", (self, arguments, budget) -> IntValue.of(find(self, arguments, false, budget)),
        "index", (self, arguments, budget) -> index(self, arguments, false, budget),
        "rfind", (self, arguments, budget) -> IntValue.of(find(self, arguments, true, budget)),
        "rindex", (self, arguments, budget) -> index(self, arguments, true, budget),
        "startswith",
            (self, arguments, budget) -> matches(self, arguments, String::startsWith, budget));
  }

  /** A slice of a string, with the position of its first code point. */
  private record Window(String text, int begin, boolean isWithin) {
    static Window of(TextValue self, Value start, Value end) {
      int length = self.length();
      int begin = position(start, 0, length);
      int stop = Math.min(length, position(end, length, length));
      boolean within = begin <= length && begin <= stop;
      return new Window(within ? CodePoints.between(self.text(), begin, stop) : "", begin, within);
    }

    private static int position(Value value, int absent, int length) {
      if (Arguments.isNone(value)) {
        return absent;
      }
      return Indices.bound(Arguments.integer(value, absent), length, 0, Integer.MAX_VALUE);
    }
  }

  private static int find(TextValue self, Arguments arguments, boolean last, Budget budget) {
    Value[] given = arguments.bind(1, "sub", "start", "end");
    String part = Arguments.text(given[0]).text();
    Window window = Window.of(self, given[1], given[2]);
    SubstringSearch search =
        last ? SubstringSearch.fromEnd(part, budget) : SubstringSearch.fromBegin(part, budget);
    int at = search.find(window.text());
    return at < 0 || !window.isWithin() ? -1 : window.begin() + window.text().codePointCount(0, at);
  }

  private static Value index(TextValue self, Arguments arguments, boolean last, Budget budget) {
    int at = find(self, arguments, last, budget);
    if (at < 0) {
      throw new EvaluationException("substring not found");
    }
    return IntValue.of(at);
  }

  private static Value count(TextValue self, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(1, "sub", "start", "end");
    String part = Arguments.text(given[0]).text();
    Window window = Window.of(self, given[1], given[2]);
    if (!window.isWithin()) {
      return IntValue.of(0);
    }
    if (part.isEmpty()) {
      return IntValue.of(CodePoints.length(window.text()) + 1L);
    }
    SubstringSearch search = SubstringSearch.fromBegin(part, budget);
    int count = 0;
    int at = search.find(window.text());
    while (at >= 0) {
      count++;
      at = search.find(window.text(), at + part.length());
    }
    return IntValue.of(count);
  }

  private static Value matches(
      TextValue self, Arguments arguments, BiPredicate<String, String> condition, Budget budget) {
    Value[] given = arguments.bind(1, "affix", "start", "end");
    Window window = Window.of(self, given[1], given[2]);
    Iterable<Value> parts =
        given[0] instanceof TupleValue tuple ? tuple.items() : java.util.List.of(given[0]);
    boolean found = false;
    for (Value part : parts) {
      String affix = Arguments.text(part).text();
      budget.read(affix);
      found |= window.isWithin() && condition.test(window.text(), affix);
    }
    return BoolValue.of(found);
  }
}
