package io.pinion.guide.json.schema;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.error.UnsupportedGuideException;
import java.util.regex.Pattern;

/** The dialect that a document declares with {@code $schema}. */
enum SchemaDialect {
  DRAFT_3("json-schema.org/draft-03/(hyper-)?schema"),
  DRAFT_4("json-schema.org/draft-04/(hyper-)?schema"),
  DRAFT_6("json-schema.org/draft-06/(hyper-)?schema"),
  DRAFT_7("json-schema.org/draft-07/(hyper-)?schema"),
  DRAFT_2019("json-schema.org/draft/2019-09/(hyper-)?schema"),
  DRAFT_2020("json-schema.org/(draft/2020-12/(hyper-)?)?schema|spec.openapis.org/oas/3\\.1/.*"),
  /** The schemas of OpenAPI 3.0, where {@code nullable} stands beside {@code type}. */
  OPENAPI_3_0("spec.openapis.org/oas/3\\.0/.*");

  private final Pattern uri;

  SchemaDialect(String uri) {
    this.uri = Pattern.compile("https?://(" + uri.replace(".org", "\\.org") + ")#?");
  }

  /**
   * The dialect of a document, the newest draft where none is declared.
   *
   * @throws UnsupportedGuideException for one that is not known
   */
  static SchemaDialect of(JsonNode root) {
    JsonNode declared = root.path("$schema");
    if (!declared.isTextual()) {
      return DRAFT_2020;
    }
    for (SchemaDialect dialect : values()) {
      if (dialect.uri.matcher(declared.textValue()).matches()) {
        return dialect;
      }
    }
    throw new UnsupportedGuideException(
        "the JSON Schema's #/$schema is "
            + declared
            + ", which is not known: it is a draft of json-schema.org, as in"
            + " https://json-schema.org/draft/2020-12/schema, or"
            + " https://spec.openapis.org/oas/3.0/schema; leave it out where the keywords are those"
            + " of a draft");
  }

  /** Whether a reference stands for its whole schema, whatever is beside it. */
  boolean referenceStandsAlone() {
    return compareTo(DRAFT_7) <= 0 || this == OPENAPI_3_0;
  }

  /** Whether schemas are named by {@code id}. */
  boolean oldest() {
    return compareTo(DRAFT_4) <= 0;
  }
}
