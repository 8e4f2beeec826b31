package io.pinion.guide.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.regex.RegularExpression;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The networknt validator of one schema, with formats asserted. Its known departures from the
 * standard:
 *
 * <ul>
 *   <li>multipleOf reads the instance as a double, so that longer numbers are not its to judge
 *   <li>enum and const compare numbers inside arrays and objects by their Java classes, so that all
 *       numbers are brought to one form first
 *   <li>uniqueItems looks at the members of objects too, so that the schemas have it for arrays
 *       only
 *   <li>where minContains is above maxContains every value is refused rather than every array, so
 *       that this is said in other words
 *   <li>offsets from UTC beyond 18 hours or of -00:00 and fractions of more than nine digits, which
 *       RFC 3339 allows, are refused as Java does
 *   <li>a URI of a scheme and nothing but a query or a fragment, which RFC 3986 allows, is refused
 *   <li>mail to a last label that begins with a digit, which RFC 5321 allows, is refused
 * </ul>
 */
public final class SchemaOracle {
  private static final JsonNodeFactory NODES = new JsonNodeFactory(true);
  private static final SchemaRegistryConfig CONFIG =
      SchemaRegistryConfig.builder()
          .formatAssertionsEnabled(true)
          .regularExpressionFactory(SchemaOracle::pattern)
          .build();
  private static final SchemaRegistry REGISTRY =
      SchemaRegistry.withDefaultDialect(
          SpecificationVersion.DRAFT_2020_12,
          builder -> builder.schemaCacheEnabled(false).schemaRegistryConfig(CONFIG));

  private static final Pattern BEYOND =
      Pattern.compile(
          "[0-9.]{16}|[0-9][eE]|[+-](?:18:(?!00)|19|2[0-3]):?|-00:00|\\.[0-9]{10}"
              + "|\"[a-zA-Z][a-zA-Z0-9+.-]*:[#?\"]|@.*[.][0-9]");

  private final Schema schema;

  public SchemaOracle(JsonNode schema) {
    this.schema = REGISTRY.getSchema(withoutEmptyCounts(normal(schema)));
  }

  boolean valid(JsonNode instance) {
    return errors(instance).isEmpty();
  }

  /** What is wrong with an instance; nothing where it is valid. */
  public List<String> errors(JsonNode instance) {
    return schema.validate(normal(instance)).stream().map(Object::toString).toList();
  }

  /** Whether a text has nothing that the validator is known to judge wrongly. */
  static boolean judges(String text) {
    return !BEYOND.matcher(text).find();
  }

  private static JsonNode withoutEmptyCounts(JsonNode schema) {
    schema.forEach(SchemaOracle::withoutEmptyCounts);
    if (schema instanceof ObjectNode json
        && json.has("contains")
        && json.path("minContains").asInt(1) > json.path("maxContains").asInt(Integer.MAX_VALUE)) {
      json.remove(List.of("contains", "minContains", "maxContains"));
      ObjectNode noArray = NODES.objectNode();
      noArray.putObject("not").put("type", "array");
      json.withArray("/allOf").add(noArray);
    }
    return schema;
  }

  private static JsonNode normal(JsonNode value) {
    if (value.isNumber()) {
      BigDecimal plain = value.decimalValue().stripTrailingZeros();
      boolean small = plain.scale() <= 0 && plain.precision() - plain.scale() <= 9;
      return small
          ? NODES.numberNode(plain.intValueExact())
          : plain.scale() <= 0 ? NODES.numberNode(plain.toBigInteger()) : NODES.numberNode(plain);
    }
    if (value.isArray()) {
      ArrayNode made = NODES.arrayNode();
      value.forEach(item -> made.add(normal(item)));
      return made;
    }
    if (value.isObject()) {
      ObjectNode made = NODES.objectNode();
      value.properties().forEach(field -> made.set(field.getKey(), normal(field.getValue())));
      return made;
    }
    return value;
  }

  /** Patterns as ECMAScript reads them; to Java, {@code $} may stand before a last line break. */
  private static RegularExpression pattern(String pattern) {
    var compiled =
        Pattern.compile(pattern.replace("$", "\\z").replace(".", "[^\\n\\r\\u2028\\u2029]"));
    return text -> compiled.matcher(text).find();
  }
}
