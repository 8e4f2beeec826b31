package io.pinion.text.tokenizer;

import java.util.ArrayList;
import java.util.Collections;
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
  private static final int MAX_LENGTH = 1 << 14;

  /** Of the lengths squared: merges are found by cutting each token at every character. */
  private static final long MAX_WORK = 1L << 30;

  private final Map<String, Object> metadata;
  private final String origin;
  private final List<String> tokens;
  private final List<Integer> types;

  GgufTokenizerEntries(Map<String, Object> metadata, String origin) {
    this.metadata = metadata;
    this.origin = origin;
    this.tokens = texts("tokens", TokenizerSizes.MAX_TOKENS);
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

  /** The merges, each two parts with a blank between them. */
  List<String> merges() {
    return texts("merges", TokenizerSizes.MAX_MERGES);
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
    List<?> numbers = list(key);
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
    return elements(key, numbers, Number.class).stream().map(read).toList();
  }

  private List<String> texts(String key, int most) {
    List<?> list = list(key);
    if (list.size() > most) {
      throw fault(
          "has "
              + list.size()
              + " elements of "
              + PREFIX
              + key
              + "; at most "
              + most
              + " are possible");
    }
    List<String> texts = elements(key, list, String.class);
    long work = 0;
    for (String text : texts) {
      work += (long) text.length() * text.length();
      if (text.length() > MAX_LENGTH || work > MAX_WORK) {
        throw fault(
            "has elements of "
                + PREFIX
                + key
                + " that are too long, one of "
                + text.length()
                + " characters: no tokenizer has such tokens");
      }
    }
    return texts;
  }

  private List<?> list(String key) {
    List<?> list = value(key, List.class, null);
    if (list == null) {
      throw lacks(key);
    }
    return list;
  }

  private <T> List<T> elements(String key, List<?> list, Class<T> type) {
    List<T> elements = new ArrayList<>(list.size());
    for (Object element : list) {
      if (!type.isInstance(element)) {
        throw wrongType(key + "[" + elements.size() + "]", element, type);
      }
      elements.add(type.cast(element));
    }
    return Collections.unmodifiableList(elements);
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
            + (value instanceof List<?> list ? "a list of " + list.size() : value)
            + ", which is not of type "
            + type.getSimpleName());
  }
}
