package io.pinion.jinja.filter;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import io.pinion.jinja.value.Arguments;
import io.pinion.jinja.value.Equality;
import io.pinion.jinja.value.FloatText;
import io.pinion.jinja.value.FloatValue;
import io.pinion.jinja.value.IntValue;
import io.pinion.jinja.value.NumberText;
import io.pinion.jinja.value.NumberValue;
import io.pinion.jinja.value.Printer;
import io.pinion.jinja.value.TextValue;
import io.pinion.jinja.value.UndefinedValue;
import io.pinion.jinja.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Map;

/** The filters that return numbers. */
final class NumberFilters {
  private static final int MAX_PRECISION = 400;
  private static final long BITS_PER_DIGIT = 4;

  private NumberFilters() {}

  static Map<String, Filter> all() {
    return Map.of(
        "abs", NumberFilters::abs,
        "float", NumberFilters::decimal,
        "int", NumberFilters::integer,
        "round", NumberFilters::round,
        "wordcount", NumberFilters::wordCount);
  }

  private static NumberValue number(Value value) {
    if (value instanceof NumberValue number) {
      return number;
    }
    throw value instanceof UndefinedValue undefined
        ? undefined.failure()
        : new EvaluationException("expected a number, not '" + value.typeName() + "'");
  }

  private static Value abs(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    NumberValue number = number(input);
    return number.isIntegral()
        ? new IntValue(number.toInteger().abs())
        : new FloatValue(Math.abs(number.toDouble()));
  }

  private static Value decimal(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "default");
    if (input instanceof UndefinedValue undefined) {
      throw undefined.failure();
    }
    if (input instanceof NumberValue number) {
      return new FloatValue(number.toDouble());
    }
    if (input instanceof TextValue text) {
      budget.read(text.text());
      Double read = NumberText.decimal(text.text());
      if (read != null) {
        return new FloatValue(read);
      }
    }
    return given[0] == null ? new FloatValue(0) : given[0];
  }

  private static Value integer(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "default", "base");
    if (input instanceof UndefinedValue undefined) {
      throw undefined.failure();
    }
    BigInteger read = null;
    if (input instanceof TextValue text) {
      budget.read(text.text());
      budget.arithmetic(Math.min(text.text().length(), NumberText.MAX_DIGITS) * BITS_PER_DIGIT);
      read = integer(text.text(), Arguments.integer(given[1], 10));
    } else if (input instanceof NumberValue number && !Equality.isNan(number)) {
      number.countDigits(budget);
      read = number.toInteger();
    }
    if (read != null) {
      return new IntValue(read);
    }
    return given[0] == null ? IntValue.of(0) : given[0];
  }

  private static BigInteger integer(String text, int base) {
    BigInteger read = NumberText.integer(text, base);
    if (read != null) {
      return read;
    }
    Double decimal = NumberText.decimal(text);
    return decimal == null || !Double.isFinite(decimal)
        ? null
        : new BigDecimal(decimal).toBigInteger();
  }

  private static Value round(Value input, Arguments arguments, Budget budget) {
    Value[] given = arguments.bind(0, "precision", "method");
    int precision = Arguments.integer(given[0], 0);
    if (Math.abs(precision) > MAX_PRECISION) {
      throw new EvaluationException("cannot round to " + precision + " digits");
    }
    NumberValue number = number(input);
    number.countDigits(budget);
    String method = Arguments.text(given[1], "common");
    return switch (method) {
      case "common" -> rounded(number, precision);
      case "ceil" -> scaled(number, precision, RoundingMode.CEILING);
      case "floor" -> scaled(number, precision, RoundingMode.FLOOR);
      default -> throw new EvaluationException("method must be common, ceil or floor");
    };
  }

  /** Rounds halves to even; integers stay integers. */
  private static Value rounded(NumberValue number, int precision) {
    if (number.isIntegral()) {
      BigDecimal exact = new BigDecimal(number.toInteger());
      return new IntValue(
          exact.setScale(Math.min(precision, 0), RoundingMode.HALF_EVEN).toBigInteger());
    }
    if (!Double.isFinite(number.toDouble())) {
      return number;
    }
    BigDecimal exact = new BigDecimal(number.toDouble());
    double rounded = exact.setScale(precision, RoundingMode.HALF_EVEN).doubleValue();
    return new FloatValue(Math.copySign(rounded, number.toDouble()));
  }

  /** Computes as Python does, including the rounding errors of the scaling. */
  private static Value scaled(NumberValue number, int precision, RoundingMode mode) {
    double scale = Math.pow(10, precision);
    double product = number.toDouble() * scale;
    if (!Double.isFinite(product)) {
      throw new EvaluationException("cannot round " + FloatText.shortest(product));
    }
    return new FloatValue(new BigDecimal(product).setScale(0, mode).doubleValue() / scale);
  }

  /** Counts runs of letters, digits and underscores. */
  private static Value wordCount(Value input, Arguments arguments, Budget budget) {
    arguments.bindNone();
    String text = Printer.text(input, budget);
    budget.read(text);
    int count = 0;
    boolean inWord = false;
    for (int i = 0; i < text.length(); i += Character.charCount(text.codePointAt(i))) {
      int codePoint = text.codePointAt(i);
      boolean wordPart = codePoint == '_' || Character.isLetterOrDigit(codePoint);
      count += wordPart && !inWord ? 1 : 0;
      inWord = wordPart;
    }
    return IntValue.of(count);
  }
}
