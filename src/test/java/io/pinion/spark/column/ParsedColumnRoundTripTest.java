package io.pinion.spark.column;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideData;
import io.pinion.guide.RandomTexts;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.json.RandomInstances;
import io.pinion.guide.json.RandomSchemas;
import io.pinion.guide.json.RandomValues;
import io.pinion.guide.json.schema.ExactJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

/**
 * Every schema that has a guide has a typed column, and the column holds all that the guide lets
 * through, save what the documentation excepts: members that a struct does not name, and values
 * beside objects where a schema has members and no type.
 */
class ParsedColumnRoundTripTest {
  private static final Path SUITE = GuideData.file("json-schema-test-suite/tests/draft2020-12");
  private static final int ROUNDS = Integer.getInteger("property.rounds", 200);
  private static final JsonOptions ANY = new JsonOptions(true, 0);

  private final GuideCompiler compiler = new GuideCompiler(GuideCases.tokens());
  private final List<String> lost = new ArrayList<>();
  private int typed;
  private int values;

  @Test
  void theOfficialSuite() throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(SUITE)) {
      files = all.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    for (Path file : files) {
      for (JsonNode group : ExactJson.read(Files.readString(file))) {
        Guide guide = guide(group.get("schema"));
        if (guide != null) {
          ParsedColumn column = column(group.get("schema"));
          for (JsonNode test : group.get("tests")) {
            check(guide, column, group.get("schema"), test.get("data").toString());
          }
        }
      }
    }
    assertThat(lost).isEmpty();
    assertThat(typed).isGreaterThan(40);
    assertThat(values).isGreaterThan(600);
  }

  @Test
  void randomSchemas() throws JsonProcessingException {
    for (long seed = 0; seed < ROUNDS; seed++) {
      RandomValues random = new RandomValues(seed);
      JsonNode schema = new RandomSchemas(random, seed % 3 == 0).document();
      Guide guide = guide(schema);
      if (guide == null) {
        continue;
      }
      ParsedColumn column = column(schema);
      RandomInstances instances = new RandomInstances(random, schema);
      RandomTexts texts = new RandomTexts(random, GuideCases.tokens());
      for (int i = 0; i < 10; i++) {
        check(guide, column, schema, instances.next().toString());
        check(guide, column, schema, texts.next(guide));
      }
    }
    assertThat(lost).isEmpty();
    assertThat(typed).isGreaterThan(ROUNDS / 4);
    assertThat(values).isGreaterThan(ROUNDS * 8);
  }

  private Guide guide(JsonNode schema) {
    try {
      return compiler.jsonSchema(schema, ANY);
    } catch (GuideException e) {
      return null;
    }
  }

  private ParsedColumn column(JsonNode schema) {
    ParsedColumn column = ParsedColumn.of("parsed", schema.toString());
    typed += column.type().equals(DataTypes.StringType) ? 0 : 1;
    return new ParsedColumn(column.name(), column.type(), true);
  }

  private void check(Guide guide, ParsedColumn column, JsonNode schema, String text)
      throws JsonProcessingException {
    try {
      if (!GuideCases.accepts(guide, text)) {
        return;
      }
    } catch (GuideLimitException e) {
      return;
    }
    values++;
    if (!holds(ExactJson.readValue(text), column.value(text), column.type())) {
      lost.add(text + " as " + column.type().simpleString() + " of " + schema);
    }
  }

  private static boolean holds(JsonNode node, Object value, DataType type)
      throws JsonProcessingException {
    if (node == null || node.isNull()) {
      return value == null;
    } else if (type instanceof StructType struct) {
      // Not an object where the schema has members and no type.
      return node.isObject() ? holdsMembers(node, (Row) value, struct) : value == null;
    } else if (type instanceof ArrayType array) {
      return node.isArray() && holdsItems(node, value, array);
    } else if (type instanceof MapType map) {
      return node.isObject() && holdsEntries(node, value, map);
    } else if (type.equals(DataTypes.StringType)) {
      String text = (String) value;
      return node.isTextual()
          ? node.textValue().equals(text)
          : node.equals(ParsedColumnRoundTripTest::compare, ExactJson.readValue(text));
    }
    return holdsScalar(node, value, type);
  }

  /** Numbers by value, however they are written. */
  private static int compare(JsonNode one, JsonNode other) {
    return one.isNumber() && other.isNumber()
        ? one.decimalValue().compareTo(other.decimalValue())
        : one.equals(other) ? 0 : 1;
  }

  private static boolean holdsMembers(JsonNode node, Row row, StructType struct)
      throws JsonProcessingException {
    for (int i = 0; i < struct.size(); i++) {
      StructField field = struct.fields()[i];
      if (!holds(node.get(field.name()), row.get(i), field.dataType())) {
        return false;
      }
    }
    return true;
  }

  private static boolean holdsItems(JsonNode node, Object value, ArrayType array)
      throws JsonProcessingException {
    List<?> items = CollectionConverters.asJava((scala.collection.Seq<?>) value);
    boolean held = items.size() == node.size();
    for (int i = 0; held && i < items.size(); i++) {
      held = holds(node.get(i), items.get(i), array.elementType());
    }
    return held;
  }

  private static boolean holdsEntries(JsonNode node, Object value, MapType map)
      throws JsonProcessingException {
    var entries = CollectionConverters.asJava((scala.collection.Map<?, ?>) value);
    boolean held = entries.size() == node.size();
    for (var field : node.properties()) {
      held &= holds(field.getValue(), entries.get(field.getKey()), map.valueType());
    }
    return held;
  }

  private static boolean holdsScalar(JsonNode node, Object value, DataType type) {
    if (type.equals(DataTypes.LongType)) {
      return node.isNumber()
          && (value == null
              ? !node.canConvertToLong()
              : node.decimalValue().compareTo(java.math.BigDecimal.valueOf((Long) value)) == 0);
    } else if (type.equals(DataTypes.DoubleType)) {
      return node.isNumber() && value.equals(node.doubleValue());
    } else if (type.equals(DataTypes.BooleanType)) {
      return node.isBoolean() && value.equals(node.booleanValue());
    }
    return node.isTextual() && holdsTime(node.textValue(), value);
  }

  private static boolean holdsTime(String text, Object value) {
    try {
      return value instanceof LocalDate date
          ? date.toString().equals(text)
          : OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant().equals((Instant) value);
    } catch (DateTimeException e) {
      return value == null;
    }
  }
}
