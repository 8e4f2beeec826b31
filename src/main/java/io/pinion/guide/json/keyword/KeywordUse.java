package io.pinion.guide.json.keyword;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/**
 * A keyword in a schema. Its readers throw a {@link GuideException} that names the place when the
 * value is not what they are to read.
 *
 * @param value what the schema gives for it
 */
record KeywordUse(SchemaNode schema, String keyword, JsonNode value) {
  /** The keyword beside this one; its value is a missing node when the schema does not have it. */
  KeywordUse beside(String other) {
    return new KeywordUse(schema, other, schema.json().path(other));
  }

  boolean isGiven() {
    return !value.isMissingNode();
  }

  boolean isTrue() {
    return value.isBoolean() && value.booleanValue();
  }

  /** A count, no higher than {@link Regex#UNBOUNDED}. */
  long count() {
    if (!value.isNumber() || value.decimalValue().stripTrailingZeros().scale() > 0) {
      throw wrong("is not an integer");
    }
    BigDecimal limited = value.decimalValue().min(BigDecimal.valueOf(Regex.UNBOUNDED));
    if (limited.signum() < 0) {
      throw wrong("is negative");
    }
    return limited.longValue();
  }

  BigDecimal number() {
    if (!value.isNumber()) {
      throw wrong("is not a number");
    }
    return value.decimalValue();
  }

  List<String> names() {
    if (!value.isArray()) {
      throw wrong("is not a list of names");
    }
    List<String> found = new ArrayList<>();
    value.forEach(name -> found.add(name.asText()));
    return found;
  }

  GuideException wrong(String why) {
    return schema.wrong(keyword, why);
  }

  UnsupportedGuideException unsupported(String why) {
    return schema.unsupported(keyword, why);
  }
}
