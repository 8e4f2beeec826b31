package io.pinion.guide.json.keyword;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.json.schema.SchemaDocument;
import io.pinion.guide.json.schema.SchemaNode;
import io.pinion.guide.regex.Regex;

/**
 * What keywords ask of the solver that they are part of: schemas and their complements by number,
 * and what is known of their values. Not thread-safe.
 */
public interface Literals {
  /** The document that the schemas are of. */
  SchemaDocument document();

  /** The number of a schema, or of its complement. */
  int literal(SchemaNode schema, boolean holds);

  /** Whether two literals surely share no value. */
  boolean disjoint(int first, int second);

  /** The insides of the strings that satisfy a literal, each as it may be written in JSON. */
  Regex strings(int literal);

  /** The schema holds. */
  default int yes(SchemaNode schema) {
    return literal(schema, true);
  }

  /** The schema does not hold. */
  default int no(SchemaNode schema) {
    return literal(schema, false);
  }

  /** The schema that is the value of a keyword. */
  default SchemaNode schema(SchemaNode parent, String keyword, JsonNode value) {
    return document().child(parent, value, keyword);
  }

  /** The schema under a keyword holds; always so where the keyword is not there. */
  default int yes(SchemaNode parent, String keyword) {
    JsonNode value = parent.json().get(keyword);
    return yes(value == null ? document().anything() : schema(parent, keyword, value));
  }
}
