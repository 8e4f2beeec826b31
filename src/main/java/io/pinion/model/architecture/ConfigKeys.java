package io.pinion.model.architecture;

import io.pinion.model.ModelException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads typed values from a model's configuration; errors name file and key. Values are strings,
 * numbers, booleans, lists, maps or null; a key with the value null counts as missing. Immutable if
 * the map is.
 */
public final class ConfigKeys {
  /** Longer lists and texts are not shown whole in messages. */
  private static final int FEW = 20;

  private static final int LONG = 200;

  private final Map<String, ?> values;
  private final String prefix;
  private final String origin;

  /**
   * Keys of a file.
   *
   * @param prefix prepended to each requested key to find it in {@code values}
   * @param origin the file, with which error messages begin
   */
  public ConfigKeys(Map<String, ?> values, String prefix, String origin) {
    this.values = values;
    this.prefix = prefix;
    this.origin = origin;
  }

  /** Whether the key exists with a value other than null. */
  public boolean has(String key) {
    return values.get(prefix + key) != null;
  }

  /** Whether the key exists with the value null. */
  public boolean isNull(String key) {
    return values.containsKey(prefix + key) && !has(key);
  }

  /** An integer of 1 or more. */
  public int size(String key) {
    return size(key, required(key));
  }

  /** An integer of 1 or more, or {@code otherwise} if the key is missing. */
  public int size(String key, int otherwise) {
    return number(key).map(value -> size(key, value)).orElse(otherwise);
  }

  private int size(String key, Number value) {
    if (value.intValue() < 1 || value.intValue() != value.doubleValue()) {
      throw impossible(key, value);
    }
    return value.intValue();
  }

  /** An integer of 0 or more, or {@code otherwise} if the key is missing. */
  public int count(String key, int otherwise) {
    return number(key)
        .map(value -> value.doubleValue() == 0 ? 0 : size(key, value))
        .orElse(otherwise);
  }

  /** A finite number above 0. */
  public double positive(String key) {
    return positive(key, required(key));
  }

  /** A finite number above 0, or {@code otherwise} if the key is missing. */
  public double positive(String key, double otherwise) {
    return number(key).map(value -> positive(key, value)).orElse(otherwise);
  }

  private double positive(String key, Number value) {
    if (!(value.doubleValue() > 0 && value.doubleValue() < Double.POSITIVE_INFINITY)) {
      throw impossible(key, value);
    }
    return value.doubleValue();
  }

  /** Any number, or {@code otherwise} if the key is missing. */
  public double number(String key, double otherwise) {
    return number(key).map(Number::doubleValue).orElse(otherwise);
  }

  private Optional<Number> number(String key) {
    return value(key, Number.class, "not a number");
  }

  private Number required(String key) {
    return number(key).orElseThrow(() -> fault("lacks the key " + prefix + key));
  }

  /** True or false. */
  public boolean flag(String key, boolean otherwise) {
    return value(key, Boolean.class, "neither true nor false").orElse(otherwise);
  }

  /** A string. */
  public Optional<String> text(String key) {
    return value(key, String.class, "not a string");
  }

  /** A list. */
  public Optional<List<?>> list(String key) {
    return value(key, List.class, "not a list").map(list -> (List<?>) list);
  }

  /** The keys of a nested object. */
  public Optional<ConfigKeys> object(String key) {
    String inside = prefix + key + ".";
    return value(key, Map.class, "not an object")
        .map(object -> new ConfigKeys(prefixed((Map<?, ?>) object, inside), inside, origin));
  }

  private static Map<String, Object> prefixed(Map<?, ?> object, String prefix) {
    Map<String, Object> all = new HashMap<>();
    object.forEach((name, value) -> all.put(prefix + name, value));
    return all;
  }

  /** The values of all keys. */
  public List<Object> values() {
    return new ArrayList<>(values.values());
  }

  /**
   * Token ids: the value may be one id, a list of ids, or missing.
   *
   * @throws ModelException if one is not an integer of 0 or more
   */
  public List<Integer> tokens(String key) {
    Object value = values.get(prefix + key);
    List<?> list =
        value instanceof List<?> many ? many : value == null ? List.of() : List.of(value);
    return list.stream().map(id -> token(key, id)).toList();
  }

  private int token(String key, Object id) {
    if (id instanceof Number number
        && number.intValue() >= 0
        && number.intValue() == number.doubleValue()) {
      return number.intValue();
    }
    throw not(key, id, "not a token id");
  }

  private <T> Optional<T> value(String key, Class<T> kind, String kindName) {
    Object value = values.get(prefix + key);
    if (value == null || kind.isInstance(value)) {
      return Optional.ofNullable(kind.cast(value));
    }
    throw not(key, value, kindName);
  }

  private ModelException not(String key, Object value, String kind) {
    return fault("gives key " + prefix + key + " the value " + shown(value) + ", which is " + kind);
  }

  /** An exception for a key's value. */
  public ModelException impossible(String key, Object value) {
    return fault("gives key " + prefix + key + " the impossible value " + shown(value));
  }

  private static String shown(Object value) {
    if (value instanceof List<?> list && list.size() > FEW) {
      return "a list of " + list.size() + " elements";
    }
    String text = value instanceof String ? '"' + value.toString() + '"' : String.valueOf(value);
    return text.length() > LONG ? text.substring(0, LONG) + "..." : text;
  }

  /** An exception for the file. */
  public ModelException fault(String what) {
    return new ModelException(origin + " " + what);
  }
}
