package io.pinion.guide.json.schema;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** Parses JSON with every digit of its numbers. Thread-safe. */
public final class ExactJson {
  private static final JsonMapper VALUES =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private static final JsonMapper DOCUMENTS =
      VALUES.rebuild().enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY).build();

  private ExactJson() {}

  /**
   * Parses a text that someone wrote, such as a schema.
   *
   * @throws JsonProcessingException also for a key that an object has twice, and for exponents that
   *     no {@link java.math.BigDecimal} has
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    return read(DOCUMENTS, text);
  }

  /**
   * Parses a text that was generated. Of equal keys of an object, which many schemas allow, the
   * last one holds.
   *
   * @throws JsonProcessingException also for exponents that no {@link java.math.BigDecimal} has
   */
  public static JsonNode readValue(String text) throws JsonProcessingException {
    return read(VALUES, text);
  }

  private static JsonNode read(ObjectMapper mapper, String text) throws JsonProcessingException {
    try {
      return mapper.readTree(text);
    } catch (NumberFormatException e) {
      throw new JsonParseException(null, e.getMessage(), e);
    }
  }
}
