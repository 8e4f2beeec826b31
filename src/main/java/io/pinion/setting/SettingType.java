package io.pinion.setting;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The type of a setting's values: their Java type, which of them are allowed, and the words for
 * that in error messages. Immutable.
 *
 * @param <T> the values' Java type
 */
public final class SettingType<T> {
  /** The Java types that a setting may have. */
  public enum Kind {
    DECIMAL,
    INTEGER,
    LONG,
    FLAG,
    TEXT,
    TEXTS,
    INTEGERS;

    /** The value that a text spells. A text that spells none stays as it is, for the message. */
    public Object read(String text) {
      try {
        return switch (this) {
          case DECIMAL -> (Object) Double.valueOf(text);
          case INTEGER -> Integer.valueOf(text);
          case LONG -> Long.valueOf(text);
          case FLAG -> text.matches("true|false") ? (Object) text.equals("true") : text;
          case TEXT -> text;
          case TEXTS, INTEGERS -> List.of(text);
        };
      } catch (NumberFormatException e) {
        return text;
      }
    }
  }

  private final Kind kind;
  private final String words;
  private final Predicate<Object> allowed;

  /**
   * @param words what is allowed, to follow "must be" @param allowed tests a value, or each item of
   *     a list
   */
  private SettingType(Kind kind, String words, Predicate<Object> allowed) {
    this.kind = kind;
    this.words = words;
    this.allowed = allowed;
  }

  /** Numbers from {@code min} to {@code max}, both allowed. */
  public static SettingType<Double> decimal(double min, double max) {
    String words = "a number from %s to %s".formatted(plain(min), plain(max));
    return new SettingType<>(
        Kind.DECIMAL, words, value -> (Double) value >= min && (Double) value <= max);
  }

  /** Numbers above {@code min} and up to {@code max}. */
  public static SettingType<Double> decimalAbove(double min, double max) {
    String words = "a number above %s and at most %s".formatted(plain(min), plain(max));
    return new SettingType<>(
        Kind.DECIMAL, words, value -> (Double) value > min && (Double) value <= max);
  }

  /** Integers from {@code min} to {@code max}, both allowed. */
  public static SettingType<Integer> integer(int min, int max) {
    String words =
        max == Integer.MAX_VALUE
            ? "an integer, %d or more".formatted(min)
            : "an integer from %d to %d".formatted(min, max);
    return new SettingType<>(
        Kind.INTEGER, words, value -> (Integer) value >= min && (Integer) value <= max);
  }

  /** Any integer of 64 bits. */
  public static SettingType<Long> longInteger() {
    return new SettingType<>(Kind.LONG, "an integer of at most 64 bits", value -> true);
  }

  public static SettingType<Boolean> flag() {
    return new SettingType<>(Kind.FLAG, "true or false", value -> true);
  }

  /** Any text. */
  public static SettingType<String> text() {
    return new SettingType<>(Kind.TEXT, "a string", value -> true);
  }

  /** Any text but the empty one. */
  public static SettingType<String> name() {
    return new SettingType<>(Kind.TEXT, "a string that is not empty", value -> !value.equals(""));
  }

  /** One of a few texts. */
  public static SettingType<String> choice(List<String> texts) {
    return new SettingType<>(Kind.TEXT, "one of " + String.join(", ", texts), texts::contains);
  }

  /** A list of non-empty texts. */
  public static SettingType<List<String>> texts() {
    return texts("a list of non-empty strings", text -> !text.isEmpty());
  }

  /**
   * A list of texts.
   *
   * @param words what is allowed, to follow "must be" @param allowed tests each text
   */
  public static SettingType<List<String>> texts(String words, Predicate<String> allowed) {
    return new SettingType<>(Kind.TEXTS, words, text -> allowed.test((String) text));
  }

  /** A list of texts out of a few. */
  public static SettingType<List<String>> choices(List<String> texts) {
    return texts("a list with any of " + String.join(", ", texts), texts::contains);
  }

  /** A list of token ids. */
  public static SettingType<List<Integer>> tokenIds() {
    return new SettingType<>(
        Kind.INTEGERS, "a list of integers, 0 or more", value -> (Integer) value >= 0);
  }

  public Kind kind() {
    return kind;
  }

  /** What is allowed, to follow "must be". */
  public String words() {
    return words;
  }

  /**
   * Why a value is not allowed, to follow the setting's name: "must be an integer, 1 or more, is
   * 0". Empty if it is allowed.
   *
   * @param value of any type
   */
  public Optional<String> problem(Object value) {
    boolean list = kind == Kind.TEXTS || kind == Kind.INTEGERS;
    if (!list || !(value instanceof List<?> items)) {
      return !list && fits(value) ? Optional.empty() : refused("is", value);
    }
    for (Object item : items) {
      if (!fits(item)) {
        return refused("has", item);
      }
    }
    return Optional.empty();
  }

  private Optional<String> refused(String verb, Object value) {
    String shown = value instanceof String ? "'" + value + "'" : String.valueOf(value);
    String why = isBeyondIntegers(value) ? ", which is above " + Integer.MAX_VALUE : "";
    return Optional.of("must be %s, %s %s%s".formatted(words, verb, shown, why));
  }

  private boolean isBeyondIntegers(Object value) {
    String text = String.valueOf(value);
    return (kind == Kind.INTEGER || kind == Kind.INTEGERS)
        && text.matches("[0-9]{10,}")
        && new BigInteger(text).bitLength() > 31;
  }

  private boolean fits(Object item) {
    boolean typed =
        switch (kind) {
          case DECIMAL -> item instanceof Double;
          case INTEGER, INTEGERS -> item instanceof Integer;
          case LONG -> item instanceof Long;
          case FLAG -> item instanceof Boolean;
          case TEXT, TEXTS -> item instanceof String;
        };
    return typed && allowed.test(item);
  }

  private static String plain(double bound) {
    return bound == Math.rint(bound) ? String.valueOf((long) bound) : String.valueOf(bound);
  }
}
