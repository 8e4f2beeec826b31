package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.string.Strftime;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.DictValue;
import io.pinion.jinja.value.Function;
import io.pinion.jinja.value.FunctionValue;
import io.pinion.jinja.value.KeyCount;
import io.pinion.jinja.value.NamespaceValue;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.RangeValue;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import io.pinion.jinja.value.Values;
import java.math.BigInteger;
import java.time.Clock;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The global functions that every template can call. */
public final class Globals {
  private Globals() {}

  public static Map<String, Value> all(Clock clock) {
    return Map.of(
        "dict", function("dict", Globals::dict),
        "namespace", function("namespace", Globals::namespace),
        "raise_exception", function("raise_exception", Globals::raise),
        "range", function("range", Globals::range),
        "strftime_now", function("strftime_now", (given, budget) -> now(clock, given, budget)));
  }

  private static Value function(String name, Function function) {
    return new FunctionValue("function", name, function);
  }

  static DictValue dict(Arguments arguments, Budget budget) {
    return new DictValue(entries(arguments, budget));
  }

  private static Value namespace(Arguments arguments, Budget budget) {
    return new NamespaceValue(entries(arguments, budget));
  }

  private static Map<Value, Value> entries(Arguments arguments, Budget budget) {
    if (arguments.positional().size() > 1) {
      throw new EvaluationException(arguments.function() + " takes at most one argument");
    }
    Map<Value, Value> entries = new LinkedHashMap<>();
    arguments.positional().forEach(value -> putAll(value, entries, budget));
    arguments.named().forEach((name, value) -> entries.put(TextValue.of(name), value));
    budget.elements(2L * entries.size());
    return entries;
  }

  private static void putAll(Value value, Map<Value, Value> entries, Budget budget) {
    if (value instanceof DictValue dict) {
      entries.putAll(dict.entries());
      return;
    }
    KeyCount keys = new KeyCount(budget);
    for (Value pair : Values.list(value, budget)) {
      List<Value> items = Values.list(pair, budget);
      if (items.size() != 2) {
        throw new EvaluationException("dict and namespace need pairs of a key and a value");
      }
      Value key = keys.checked(items.get(0));
      if (entries.put(key, items.get(1)) == null) {
        keys.added(key);
      }
    }
  }

  private static Value raise(Arguments arguments, Budget budget) {
    throw new EvaluationException(Printer.text(arguments.bind(1, "message")[0], budget));
  }

  private static Value range(Arguments arguments, Budget budget) {
    List<Value> given = arguments.positional();
    if (!arguments.named().isEmpty() || given.isEmpty() || given.size() > 3) {
      throw new EvaluationException("range takes one to three integers");
    }
    BigInteger start = given.size() > 1 ? integer(given.get(0)) : BigInteger.ZERO;
    BigInteger stop = integer(given.get(given.size() > 1 ? 1 : 0));
    BigInteger step = given.size() > 2 ? integer(given.get(2)) : BigInteger.ONE;
    return RangeValue.of(start, stop, step);
  }

  private static BigInteger integer(Value value) {
    if (value instanceof NumberValue number && number.isIntegral()) {
      return number.toInteger();
    }
    throw value instanceof UndefinedValue undefined
        ? undefined.failure()
        : new EvaluationException("range takes integers, not '" + value.typeName() + "'");
  }

  private static Value now(Clock clock, Arguments arguments, Budget budget) {
    String format = Arguments.text(arguments.bind(1, "format")[0]).text();
    return TextValue.of(Strftime.format(format, ZonedDateTime.now(clock), budget));
  }
}
