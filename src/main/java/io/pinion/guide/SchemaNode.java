package io.pinion.guide;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A schema in its place.
 *
 * @param id its number among the schemas of its document
 * @param json what is written there
 * @param pointer its JSON pointer
 * @param base the URI that references in it are relative to
 */
record SchemaNode(int id, JsonNode json, String pointer, String base) {
  UnsupportedGuideException unsupported(String keyword, String why) {
    return new UnsupportedGuideException(
        "the JSON Schema keyword " + keyword + " at " + pointer + "/" + keyword + " " + why);
  }

  GuideException wrong(String keyword, String why) {
    return new GuideException("the JSON Schema's " + pointer + "/" + keyword + " " + why);
  }
}
