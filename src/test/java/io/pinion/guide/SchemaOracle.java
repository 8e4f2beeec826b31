package io.pinion.guide;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;

/** The networknt validator of one schema, with formats asserted. */
final class SchemaOracle {
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .formatAssertionsEnabled(true)
          .regularExpressionFactory(SchemaOracle::pattern)
          .build();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemaCacheEnabled(false).schemaRegistryConfig(CONFIG));

  private final Schema schema;

  SchemaOracle(JsonNode schema) {
    this.schema = REGISTRY.getSchema(schema);
  }

  boolean valid(JsonNode instance) {
    return schema.validate(instance).isEmpty();
  }

  /** Patterns as ECMAScript reads them; to Java, {@code $} may stand before a last line break. */
  private static RegularExpression pattern(String pattern) {
    var compiled =
        java.util.regex.Pattern.compile(
            pattern.replace("$", "\\z").replace(".", "[^\\n\\r\\u2028\\u2029]"));
    return text -> compiled.matcher(text).find();
  }
}
