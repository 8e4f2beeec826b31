package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;

/**
 * A schema in its place.
 *
 * @param id its number among the schemas of its document
 * @param json what is written there
 * @param pointer its JSON pointer
 * @param base the URI that references in it are relative to
 */
public record SchemaNode(int id, JsonNode json, String pointer, String base) {
  /** That a keyword cannot be followed exactly. */
  public UnsupportedGuideException unsupported(String keyword, String why) {
    return new UnsupportedGuideException(
        "the JSON Schema keyword " + keyword + " at " + pointer + "/" + keyword + " " + why);
  }

  /** That a keyword has a value which it cannot have. */
  public GuideException wrong(String keyword, String why) {
    return new GuideException("the JSON Schema's " + pointer + "/" + keyword + " " + why);
  }
}
