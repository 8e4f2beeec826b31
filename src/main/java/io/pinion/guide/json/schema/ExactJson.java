package io.pinion.guide.json.schema;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Parses JSON with every digit of its numbers, and no key twice. Thread-safe. */
public final class ExactJson {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private ExactJson() {}

  /**
   * Parses a text.
   *
   * @throws JsonProcessingException also for exponents that no {@link java.math.BigDecimal} has
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try {
      return JSON.readTree(text);
    } catch (NumberFormatException e) {
      throw new JsonParseException(null, e.getMessage(), e);
    }
  }
}
