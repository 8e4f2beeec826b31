package io.pinion.jinja.value;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.Casing;
import io.pinion.jinja.string.Characters;
import io.pinion.jinja.string.Cutting;
import io.pinion.jinja.string.Padding;
import io.pinion.jinja.string.SubstringSearch;
import io.pinion.jinja.string.TextBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** The methods of strings. */
final class TextMethods {
  private static final Map<String, Method> KNOWN = known();

  private TextMethods() {}

  /** A string method, not yet bound to its string. */
  @FunctionalInterface
  interface Method {
    Value call(TextValue self, Arguments arguments, Budget budget);
  }

  /** The method of a string by name; empty for an unknown name. */
  static Optional<Value> bound(TextValue self, String name) {
    return Optional.ofNullable(KNOWN.get(name))
        .map(method -> FunctionValue.method(name, bound(self, method)));
  }

  private static Function bound(TextValue self, Method method) {
    return (arguments, budget) -> {
      budget.read(self.text());
      return method.call(self, arguments, budget);
    };
  }

  private static Map<String, Method> known() {
    Map<String, Method> methods = new HashMap<>(TextSearch.all());
    addCasing(methods);
    addCutting(methods);
    addQuestions(methods);
    methods.put("format", (self, arguments, budget) -> Format.format(self, arguments, budget));
    methods.put("join", TextMethods::join);
    methods.put("center", (self, arguments, budget) -> padded(self, arguments, 'c', budget));
    methods.put("ljust", (self, arguments, budget) -> padded(self, arguments, '<', budget));
    methods.put("rjust", (self, arguments, budget) -> padded(self, arguments, '>', budget));
    return Map.copyOf(methods);
  }

  private static void addCasing(Map<String, Method> methods) {
    methods.put("upper", changing(Casing::upper));
    methods.put("lower", changing(Casing::lower));
    methods.put("casefold", changing(Casing::lower));
    methods.put("title", changingEach(Casing::title));
    methods.put("capitalize", changing(Casing::capitalized));
    methods.put("swapcase", changingEach(Casing::swapped));
  }

  private static Method changing(UnaryOperator<String> change) {
    return (self, arguments, budget) -> {
      arguments.bindNone();
      String changed = change.apply(self.text());
      budget.characters(changed.length());
      return self.with(changed);
    };
  }

  private static Method changingEach(UnaryOperator<String> change) {
    Method method = changing(change);
    return (self, arguments, budget) -> {
      budget.each(self.text());
      return method.call(self, arguments, budget);
    };
  }

  private static void addCutting(Map<String, Method> methods) {
    methods.put("strip", (self, arguments, budget) -> strip(self, arguments, true, true, budget));
    methods.put("lstrip", (self, arguments, budget) -> strip(self, arguments, true, false, budget));
    methods.put("rstrip", (self, arguments, budget) -> strip(self, arguments, false, true, budget));
    methods.put("split", (self, arguments, budget) -> split(self, arguments, false, budget));
    methods.put("rsplit", (self, arguments, budget) -> split(self, arguments, true, budget));
    methods.put("splitlines", TextMethods::splitLines);
    methods.put("replace", TextMethods::replace);
    methods.put("removeprefix", (self, arguments, budget) -> without(self, arguments, true));
    methods.put("removesuffix", (self, arguments, budget) -> without(self, arguments, false));
    methods.put(
        "partition", (self, arguments, budget) -> partition(self, arguments, false, budget));
    methods.put(
        "rpartition", (self, arguments, budget) -> partition(self, arguments, true, budget));
  }

  private static Value strip(
      TextValue self, Arguments arguments, boolean begin, boolean end, Budget budget) {
    String characters = Arguments.text(arguments.bind(0, "chars")[0], null);
    return self.with(Cutting.stripped(self.text(), characters, begin, end, budget));
  }

  private static Value split(TextValue self, Arguments arguments, boolean fromEnd, Budget budget) {
    Value[] given = arguments.bind(0, "sep", "maxsplit");
    String separator = Arguments.text(given[0], null);
    int most = Arguments.integer(given[1], -1);
    List<String> parts;
    if (separator == null) {
      parts = fromEnd ? Cutting.wordsFromEnd(self.text(), most) : Cutting.words(self.text(), most);
    } else {
      parts =
          fromEnd
              ? Cutting.splitFromEnd(self.text(), separator, most, budget)
              : Cutting.split(self.text(), separator, most, budget);
    }
    return list(self, parts, budget);
  }

  private static Value list(TextValue self, List<String> parts, Budget budget) {
    budget.elements(parts.size());
    budget.characters(self.text().length());
    List<Value> values = new ArrayList<>(parts.size());
    parts.forEach(part -> values.add(self.with(part)));
    return new ListValue(values);
  }

  private static Value splitLines(TextValue self, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "keepends");
    return list(self, Cutting.lines(self.text(), Arguments.isTrue(given[0])), budget);
  }

  private static Value replace(TextValue self, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(2, "old", "new", "count");
    String old = Arguments.text(given[0]).text();
    String by = Arguments.text(given[1]).text();
    int count = Arguments.integer(given[2], -1);
    return self.with(Cutting.replaced(self.text(), old, by, count, budget));
  }

  private static Value without(TextValue self, Arguments arguments, boolean prefix) {
    String part = Arguments.text(arguments.bind(1, prefix ? "prefix" : "suffix")[0]).text();
    String text = self.text();
    if (prefix) {
      return self.with(text.startsWith(part) ? text.substring(part.length()) : text);
    }
    return self.with(text.endsWith(part) ? text.substring(0, text.length() - part.length()) : text);
  }

  private static Value partition(
      TextValue self, Arguments arguments, boolean fromEnd, Budget budget) {
    String separator = Arguments.text(arguments.bind(1, "sep")[0]).text();
    String text = self.text();
    if (separator.isEmpty()) {
      throw new EvaluationException("empty separator");
    }
    SubstringSearch search =
        fromEnd
            ? SubstringSearch.fromEnd(separator, budget)
            : SubstringSearch.fromBegin(separator, budget);
    int at = search.find(text);
    if (at < 0) {
      Value empty = self.with("");
      return new TupleValue(fromEnd ? List.of(empty, empty, self) : List.of(self, empty, empty));
    }
    return new TupleValue(
        List.of(
            self.with(text.substring(0, at)),
            self.with(separator),
            self.with(text.substring(at + separator.length()))));
  }

  private static void addQuestions(Map<String, Method> methods) {
    methods.put("isupper", asking(Casing::isUpper));
    methods.put("islower", asking(Casing::isLower));
    methods.put("isalpha", all(Character::isLetter));
    methods.put("isalnum", all(c -> Character.isLetter(c) || isNumeric(c)));
    methods.put("isdigit", all(c -> Character.isDigit(c) || isSuperscript(c)));
    methods.put("isdecimal", all(Character::isDigit));
    methods.put("isnumeric", all(TextMethods::isNumeric));
    methods.put("isspace", all(Characters::isSpace));
    methods.put("isascii", asking(text -> text.chars().allMatch(c -> c < 128)));
  }

  private static boolean isSuperscript(int c) {
    return c == 0xb2 || c == 0xb3 || c == 0xb9 || (c >= 0x2070 && c <= 0x2089 && c != 0x2071);
  }

  private static boolean isNumeric(int codePoint) {
    int type = Character.getType(codePoint);
    return type == Character.DECIMAL_DIGIT_NUMBER
        || type == Character.LETTER_NUMBER
        || type == Character.OTHER_NUMBER;
  }

  private static Method asking(Predicate<String> question) {
    return (self, arguments, budget) -> {
      arguments.bindNone();
      return BoolValue.of(question.test(self.text()));
    };
  }

  private static Method all(IntPredicate question) {
    return asking(text -> !text.isEmpty() && text.codePoints().allMatch(question));
  }

  private static Value join(TextValue self, Arguments arguments, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    String separator = "";
    for (Value item : Values.list(arguments.bind(1, "iterable")[0], budget)) {
      out.append(separator).append(Arguments.text(item).text());
      separator = self.text();
    }
    return self.with(out.toString());
  }

  private static Value padded(TextValue self, Arguments arguments, char align, Budget budget) {
    Value[] given = arguments.bind(1, "width", "fillchar");
    String fill = Arguments.text(given[1], " ");
    int width = Arguments.integer(given[0], 0);
    return self.with(Padding.padded(self.text(), width, fill, align, budget));
  }
}
