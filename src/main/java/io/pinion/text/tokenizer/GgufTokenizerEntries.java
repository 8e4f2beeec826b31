package io.pinion.text.tokenizer;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** Reads the tokenizer entries of a GGUF file and checks each when it is read. */
final class GgufTokenizerEntries {
  static final int NORMAL = 1;
  static final int UNKNOWN = 2;
  static final int CONTROL = 3;
  static final int USER_DEFINED = 4;
  static final int UNUSED = 5;

  private static final String PREFIX = "tokenizer.ggml.";

  private final Map<String, Object> metadata;
  private final String origin;
  private final List<String> tokens;
  private final List<Integer> types;

  GgufTokenizerEntries(Map<String, Object> metadata, String origin) {
    this.metadata = metadata;
    this.origin = origin;
    this.tokens = texts("tokens");
    this.types = numbers("token_type", Number::intValue);
  }

  /** The text of each token, by id. */
  List<String> tokens() {
    return tokens;
  }

  /** The type of a token: one of the constants, or another number. */
  int type(int id) {
    return types.get(id);
  }

  /** The score of each token, by id. */
  List<Double> scores() {
    return numbers("scores", Number::doubleValue);
  }

  List<String> texts(String key) {
    return elements(key, String.class);
  }

  String text(String key, String otherwise) {
    return value(key, String.class, otherwise);
  }

  boolean flag(String key, boolean otherwise) {
    return value(key, Boolean.class, otherwise);
  }

  /** The id of the token with a role such as end of sequence, if the file names one. */
  OptionalInt id(String key) {
    Number id = value(key, Number.class, null);
    if (id == null) {
      return OptionalInt.empty();
    }
    if (id.doubleValue() != id.intValue() || id.intValue() < 0 || id.intValue() >= tokens.size()) {
      throw fault("gives " + PREFIX + key + " as " + id + " but has " + tokens.size() + " tokens");
    }
    return OptionalInt.of(id.intValue());
  }

  TokenizerException lacks(String key) {
    return fault("lacks " + PREFIX + key);
  }

  TokenizerException fault(String what) {
    return new TokenizerException("the tokenizer of " + origin + " " + what);
  }

  /** A list with one number per token. */
  private <T> List<T> numbers(String key, Function<Number, T> read) {
    List<Number> numbers = elements(key, Number.class);
    if (numbers.size() != tokens.size()) {
      throw fault(
          "has "
              + tokens.size()
              + " tokens but "
              + numbers.size()
              + " elements of "
              + PREFIX
              + key);
    }
    return numbers.stream().map(read).toList();
  }

  private <T> List<T> elements(String key, Class<T> type) {
    List<?> list = value(key, List.class, null);
    if (list == null) {
      throw lacks(key);
    }
    for (int at = 0; at < list.size(); at++) {
      if (!type.isInstance(list.get(at))) {
        throw wrongType(key + "[" + at + "]", list.get(at), type);
      }
    }
    return list.stream().map(type::cast).toList();
  }

  private <T> T value(String key, Class<T> type, T otherwise) {
    Object value = metadata.get(PREFIX + key);
    if (value == null) {
      return otherwise;
    }
    if (!type.isInstance(value)) {
      throw wrongType(key, value, type);
    }
    return type.cast(value);
  }

  private TokenizerException wrongType(String key, Object value, Class<?> type) {
    return fault(
        "gives "
            + PREFIX
            + key
            + " as "
            + value
            + ", which is not of type "
            + type.getSimpleName());
  }
}
