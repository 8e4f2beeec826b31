package io.pinion.spark.column;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.error.GuideException;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SparkTypesTest {
  private static ParsedColumn column(String schema) {
    return ParsedColumn.of("parsed", schema.replace('\'', '"'));
  }

  private static String type(String schema) {
    return column(schema).type().simpleString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'type': 'integer'} | bigint",
        "{'type': 'number'} | double",
        "{'type': 'boolean'} | boolean",
        "{'type': 'string', 'pattern': '^a'} | string",
        "{'type': 'string', 'format': 'date'} | date",
        "{'type': 'string', 'format': 'date-time'} | timestamp",
        "{'type': 'string', 'format': 'email'} | string",
        "{'type': ['integer', 'number']} | double",
        "{'type': ['integer', 'null']} | bigint",
        "{'type': ['integer', 'string']} | string",
        "{'type': 'null'} | string",
        "{} | string",
        "true | string",
        "{'enum': ['a', 'b', null]} | string",
        "{'enum': [1, 2.0]} | bigint",
        "{'enum': [1, 2.5]} | double",
        "{'enum': [true, null]} | boolean",
        "{'enum': ['2020-01-01']} | string",
        "{'enum': ['a', 1]} | string",
        "{'const': 3} | bigint",
        "{'const': 'a'} | string",
        "{'const': {'a': [1]}} | struct<a:string>"
      })
  void aKindOfValuesHasAType(String schema, String type) {
    assertThat(type(schema)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'type': 'array'} | string",
        "{'type': 'array', 'items': {}} | array<string>",
        "{'type': 'array', 'items': {'type': 'integer'}} | array<bigint>",
        "{'type': 'array', 'items': {'type': ['integer', 'string']}} | array<string>",
        "{'type': 'array', 'items': {'type': 'integer'}, 'contains': {'const': 1}} | array<bigint>",
        "{'type': 'array', 'prefixItems': [{'type': 'integer'}], 'items': false} | string",
        "{'type': 'object'} | string",
        "{'type': 'object', 'additionalProperties': {}} | string",
        "{'type': 'object', 'additionalProperties': {'type': 'number'}} | map<string,double>",
        "{'type': 'object', 'patternProperties': {'^a': {'type': 'number'}}} | string",
        "{'type': 'object', 'patternProperties': {'^a': {'type': 'number'}},"
            + " 'additionalProperties': false} | map<string,double>",
        "{'type': 'object', 'properties': {'b': {'type': 'integer'}, 'a': {}}} |"
            + " struct<b:bigint,a:string>",
        "{'type': 'object', 'properties': {'a': {'type': 'integer'}}, 'required': ['b']} |"
            + " struct<a:bigint,b:string>",
        "{'type': 'object', 'properties': {'a': {}, 'A': {}}} | string",
        "{'properties': {'a': {'type': 'integer'}}} | struct<a:bigint>",
        "{'required': ['a']} | struct<a:string>",
        "{'items': {'type': 'integer'}} | string"
      })
  void arraysAndObjectsHaveTheTypesOfTheirParts(String schema, String type) {
    assertThat(type(schema)).isEqualTo(type);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{'anyOf': [{'type': 'null'}, {'type': 'boolean'}]} | boolean",
        "{'anyOf': [{'type': 'integer'}, {'type': 'boolean'}]} | string",
        "{'oneOf': [{'type': 'object', 'properties': {'a': {'type': 'integer'}}},"
            + " {'type': 'null'}]} | struct<a:bigint>",
        "{'anyOf': [{'type': 'object', 'properties': {'a': {}}},"
            + " {'type': 'object', 'properties': {'b': {}}}]} | string",
        "{'allOf': [{'type': 'object', 'properties': {'a': {'type': 'number'}}},"
            + " {'properties': {'a': {'type': 'integer'}, 'b': {'type': 'string'}}}]} |"
            + " struct<a:bigint,b:string>",
        "{'type': 'object', 'properties': {'a': {'type': 'integer'}, 'b': {'type': 'boolean'}},"
            + " 'dependentRequired': {'a': ['b']}} | struct<a:bigint,b:boolean>",
        "{'type': 'object', 'properties': {'k': {'enum': ['x', 'y']}, 'n': {'type': 'integer'}},"
            + " 'if': {'properties': {'k': {'const': 'x'}}}, 'then': {'required': ['n']}} |"
            + " struct<k:string,n:bigint>"
      })
  void joinedSchemasHaveOneTypeWhereTheirValuesDo(String schema, String type) {
    assertThat(type(schema)).isEqualTo(type);
  }

  @Test
  void referencesAreResolvedAsTheGuideResolvesThem() {
    assertThat(
            type(
                """
                {"$defs": {"a": {"$anchor": "item", "type": "integer"}, "a b": {"type": "boolean"}},
                 "type": "object",
                 "properties": {"x": {"$ref": "#item"}, "y": {"$ref": "#/$defs/a%20b"}}}
                """))
        .isEqualTo("struct<x:bigint,y:boolean>");
  }

  @Test
  void whatComesBackInsideItselfIsJson() {
    assertThat(
            type(
                """
                {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "properties":
                 {"v": {"type": "integer"}, "kids": {"type": "array",
                  "items": {"$ref": "#/$defs/tree"}}}}}}
                """))
        .isEqualTo("struct<v:bigint,kids:array<string>>");
  }

  @Test
  void deepAndWideSchemasEndInJson() {
    String deep =
        "{'type': 'array', 'items': ".repeat(200) + "{'type': 'integer'}" + "}".repeat(200);
    assertThat(type(deep)).startsWith("array<array<").contains("string");
    StringBuilder wide = new StringBuilder("{'$ref': '#/$defs/d0', '$defs': {");
    for (int i = 0; i < 30; i++) {
      wide.append(
          ("'d%d': {'type': 'object', 'properties': {'a': {'$ref': '#/$defs/d%d'},"
                  + " 'b': {'$ref': '#/$defs/d%d'}}}, ")
              .formatted(i, i + 1, i + 1));
    }
    assertThat(type(wide + "'d30': {'type': 'integer'}}}")).startsWith("struct<a:struct<");
  }

  @Test
  void valuesThatTheTypeCannotHoldAreNull() {
    ParsedColumn integers = column("{'type': 'array', 'items': {'type': 'integer'}}");
    assertThat(integers.value("[1,99999999999999999999,2.0]").toString())
        .isEqualTo("List(1, null, 2)");
    assertThat(integers.value("[1,")).isNull();
    assertThat(column("{'type': 'number'}").value("1e999")).isNull();
    assertThat(column("{'properties': {'a': {}}}").value("[1]")).isNull();
  }

  @Test
  void jsonInStringsKeepsEveryDigit() {
    Row row =
        (Row)
            column("{'type': 'object', 'properties': {'a': {}, 'b': {}}}")
                .value("{\"a\":0.10000000000000000000001,\"b\":\"x\"}");
    assertThat(row.getString(0)).isEqualTo("0.10000000000000000000001");
    assertThat(row.getString(1)).isEqualTo("x");
  }

  @Test
  void aSchemaThatTheGuideRefusesIsRefusedWithTheColumnAndTheKeyword() {
    assertThatThrownBy(() -> column("{'$ref': 'https://example.org/other'}"))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("the column 'parsed'")
        .hasMessageContaining("$ref at #/$ref")
        .hasMessageContaining("parsedCol");
  }
}
