package io.pinion.guide.json.type;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.pinion.guide.regex.ByteClasses;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of a type that has only a few, each with all its spellings, so that which of them came
 * can be told by a bit each.
 */
public final class DistinctItems {
  /** A bit of a long for each value. */
  private static final int MAX_VALUES = 60;

  private static final int MAX_TEXTS = 240;
  private static final int MAX_COUNTED_TEXTS = 5000;
  private static final int LONGEST_TEXT = 400;
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  private final RegexPool pool;
  private final int mostTexts;
  private final List<byte[]> texts = new ArrayList<>();

  private DistinctItems(RegexPool pool, int mostTexts) {
    this.pool = pool;
    this.mostTexts = mostTexts;
  }

  /** The values of the items of arrays, or null where there are too many or too various. */
  public static List<Regex> of(TypeSolver types, ArrayShape shape) {
    if (shape.match() >= 0 || !shape.prefix().isEmpty()) {
      return null;
    }
    TypeAlternatives items = types.alternatives(shape.rest());
    boolean nested =
        items.objects().stream().anyMatch(types::possible)
            || items.arrays().stream().anyMatch(types::possible);
    return nested ? null : new DistinctItems(types.pool(), MAX_TEXTS).values(items.scalar());
  }

  /** How many values the texts of an expression have; -1 where there are too many texts to tell. */
  static long count(RegexPool pool, Regex scalar) {
    DistinctItems items = new DistinctItems(pool, MAX_COUNTED_TEXTS);
    return items.gather(scalar, new byte[LONGEST_TEXT], 0)
        ? items.texts.stream().map(DistinctItems::value).distinct().count()
        : -1;
  }

  /** The strings of an expression; null where there are too many, or too long ones. */
  static List<String> strings(RegexPool pool, Regex quoted) {
    DistinctItems items = new DistinctItems(pool, MAX_TEXTS);
    if (quoted.infinite() || !items.gather(quoted, new byte[LONGEST_TEXT], 0)) {
      return null;
    }
    List<String> found =
        items.texts.stream().map(t -> ((JsonNode) value(t)).textValue()).distinct().toList();
    return found.size() > MAX_VALUES ? null : found;
  }

  private List<Regex> values(Regex scalar) {
    if (!scalar.finite() || !gather(scalar, new byte[LONGEST_TEXT], 0)) {
      return null;
    }
    Map<Object, RegexList> found = new LinkedHashMap<>();
    for (byte[] text : texts) {
      found.computeIfAbsent(value(text), value -> new RegexList()).add(pool.literal(text));
    }
    return found.size() > MAX_VALUES ? null : found.values().stream().map(pool::or).toList();
  }

  /** Adds the texts of an expression; false when there are too many or one is too long. */
  private boolean gather(Regex regex, byte[] text, int length) {
    if (regex.nullable) {
      texts.add(Arrays.copyOf(text, length));
    }
    if (texts.size() > mostTexts || length == LONGEST_TEXT) {
      return false;
    }
    ByteClasses classes = pool.classes(regex);
    for (int value = 0; value < 256; value++) {
      Regex next = pool.next(regex, classes.member(classes.classOf(value)));
      if (pool.alive(next)) {
        text[length] = (byte) value;
        if (!gather(next, text, length + 1)) {
          return false;
        }
      }
    }
    return true;
  }

  /** Equal for spellings of what JSON Schema takes for equal. */
  private static Object value(byte[] text) {
    try {
      JsonNode value = JSON.readTree(new String(text, StandardCharsets.UTF_8));
      if (!value.isNumber()) {
        return value;
      }
      BigDecimal number = value.decimalValue();
      return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value's text is not valid JSON", e);
    }
  }
}
