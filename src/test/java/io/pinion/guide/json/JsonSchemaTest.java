package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonSchemaTest {
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());
  private static final JsonOptions ANY = new JsonOptions(true, 0);
  private static final String PERSON =
      """
      {"type": "object", "additionalProperties": false, "required": ["name", "age"],
       "properties": {"name": {"type": "string", "maxLength": 5},
                      "age": {"type": "integer", "minimum": 0, "maximum": 130},
                      "email": {"type": "string", "format": "email"}}}
      """;

  @Test
  void membersComeInTheSchemasOrder() {
    Guide guide = COMPILER.jsonSchema(PERSON, JsonOptions.DEFAULT);
    assertThat(accepts(guide, "{'name':'Ann','age':130}")).isTrue();
    assertThat(accepts(guide, "{'name':'Ann','age':3,'email':'a@b.c'}")).isTrue();
    assertThat(accepts(guide, "{'age':3,'name':'Ann'}")).isFalse();
    assertThat(accepts(guide, "{'name':'Ann'}")).isFalse();
    assertThat(accepts(guide, "{'name':'Ann','age':131}")).isFalse();
    assertThat(accepts(guide, "{'name':'Annabel','age':1}")).isFalse();
    assertThat(accepts(guide, "{'name':'Ann', 'age':3}")).isFalse();
  }

  @Test
  void itemsThatMustDifferAreKeptApartWhereTheirValuesAreFew() {
    Guide guide =
        COMPILER.jsonSchema(
            "{\"type\": \"array\", \"uniqueItems\": true, \"minItems\": 2, \"maxItems\": 3,"
                + " \"items\": {\"enum\": [\"a\", \"b/c\", true, null]}}",
            ANY);
    assertThat(accepts(guide, "['a',true,null]")).isTrue();
    assertThat(accepts(guide, "[null,'b/c']")).isTrue();
    assertThat(accepts(guide, "['a','b/c','a']")).isFalse();
    assertThat(accepts(guide, "['b/c','b\\/c']")).isFalse();
    assertThat(accepts(guide, "['a']")).isFalse();
    assertThat(accepts(guide, "['a','b/c',true,null]")).isFalse();
    assertThat(GuideCases.maskIsExact(guide.start())).isTrue();
  }

  @Test
  void aDenialOfEndlesslyManyKeysIsRefusedByItsOwnKeyword() {
    String schema =
        "{\"not\": {\"propertyNames\": {\"pattern\": \"^a\"}, \"type\": \"object\"},"
            + " \"type\": \"object\"}";
    assertThatThrownBy(() -> COMPILER.jsonSchema(schema, ANY))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("propertyNames at #/not/propertyNames");
  }

  @Test
  void membersMayComeInAnyOrderEachOnce() {
    Guide guide = COMPILER.jsonSchema(PERSON, ANY);
    assertThat(accepts(guide, "{'email':'a@b.c','age':3,'name':'Ann'}")).isTrue();
    assertThat(accepts(guide, "{'age':3,'name':'Ann','age':3}")).isFalse();
    assertThat(accepts(guide, "{'age':3,'email':'a@b.c'}")).isFalse();
  }

  @Test
  void whiteSpaceIsAllowedUpToABound() {
    Guide guide = COMPILER.jsonSchema(PERSON, new JsonOptions(false, 2));
    assertThat(accepts(guide, "{ 'name' : 'Ann',\n 'age': 3 }")).isTrue();
    assertThat(accepts(guide, "{   'name':'Ann','age':3}")).isFalse();
  }

  @Test
  void masksHoldWhatTheBytesAllow() {
    for (JsonOptions options : List.of(JsonOptions.DEFAULT, ANY, new JsonOptions(true, 1))) {
      GuideState state = COMPILER.jsonSchema(PERSON, options).start();
      String text = "{\"name\":\"Aé\\n\",\"age\":12,\"email\":\"a@b.c\"}";
      for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
        assertThat(GuideCases.maskIsExact(state)).isTrue();
        assertThat(state.acceptBytes(new byte[] {value})).isEqualTo(1);
      }
      assertThat(state.isAccepting()).isTrue();
    }
  }

  @Test
  void allOfIsATrueIntersection() {
    Guide guide =
        compile(
            """
            {"allOf": [{"properties": {"a": {"minimum": 3}}, "required": ["a"]},
                       {"properties": {"a": {"type": "integer", "maximum": 5}}},
                       {"patternProperties": {"^a": {"multipleOf": 2}}}], "type": "object"}
            """);
    assertThat(accepts(guide, "{'a':4}")).isTrue();
    assertThat(accepts(guide, "{'a':3}")).isFalse();
    assertThat(accepts(guide, "{'a':6}")).isFalse();
    assertThat(accepts(guide, "{'a':4,'ab':3}")).isFalse();
    assertThat(accepts(guide, "{'a':4,'b':3}")).isTrue();
  }

  @Test
  void oneOfIsExactWhereTheOptionsOverlap() {
    Guide guide =
        compile("{\"oneOf\": [{\"multipleOf\": 2}, {\"multipleOf\": 3}], \"type\": \"integer\"}");
    assertThat(List.of("2", "3", "-9", "10")).allMatch(text -> accepts(guide, text));
    assertThat(List.of("6", "0", "5", "12")).noneMatch(text -> accepts(guide, text));
  }

  @Test
  void recursiveSchemasComeBackToKnownTypes() {
    Guide guide =
        compile(
            """
            {"$ref": "#/$defs/tree", "$defs": {"tree": {"type": "object", "required": ["v"],
             "properties": {"v": {"type": "integer"}, "kids": {"type": "array",
             "items": {"$ref": "#/$defs/tree"}}}, "additionalProperties": false}}}
            """);
    assertThat(accepts(guide, "{'v':1,'kids':[{'v':2,'kids':[]},{'v':3}]}")).isTrue();
    assertThat(accepts(guide, "{'v':1,'kids':[{'kids':[]}]}")).isFalse();
  }

  @Test
  void conditionsAndDenialsHold() {
    Guide guide =
        compile(
            """
            {"type": "object", "properties": {"kind": {"enum": ["a", "b"]}, "n": {}},
             "required": ["kind"], "additionalProperties": false,
             "if": {"properties": {"kind": {"const": "a"}}},
             "then": {"required": ["n"]}, "else": {"not": {"required": ["n"]}}}
            """);
    assertThat(accepts(guide, "{'kind':'a','n':[1,{}]}")).isTrue();
    assertThat(accepts(guide, "{'kind':'b'}")).isTrue();
    assertThat(accepts(guide, "{'kind':'a'}")).isFalse();
    assertThat(accepts(guide, "{'kind':'b','n':1}")).isFalse();
  }

  @Test
  void numbersKeepTheirBoundsExactly() {
    Guide guide = compile("{\"type\": \"number\", \"exclusiveMinimum\": -0.5, \"maximum\": 12.25}");
    assertThat(List.of("-0.4999", "0", "-0", "12.25", "12.250", "9.99", "1"))
        .allMatch(text -> accepts(guide, text));
    assertThat(List.of("-0.5", "-0.50", "12.2501", "13", "-1", "1e1"))
        .noneMatch(text -> accepts(guide, text));
  }

  @Test
  void aKeyIsKnownInEverySpelling() {
    Guide guide =
        compile("{\"properties\": {\"a/b\": {\"type\": \"null\"}}, \"type\": \"object\"}");
    assertThat(accepts(guide, "{'a/b':null}")).isTrue();
    assertThat(accepts(guide, "{'a\\/b':null}")).isTrue();
    assertThat(accepts(guide, "{'a\\/b':1}")).isFalse();
    assertThat(accepts(guide, "{'\\u0061/b':1}")).isFalse();
  }

  @Test
  void whatCannotBeExactIsRefusedWithItsPointer() {
    assertThatThrownBy(
            () -> compile("{\"properties\": {\"x\": {\"$ref\": \"https://example.com/other\"}}}"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("#/properties/x/$ref");
    assertThatThrownBy(() -> compile("{\"type\": \"string\", \"pattern\": \"(a)\\\\1\"}"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("#/pattern");
  }

  @Test
  void aSchemaWithoutValuesIsAnError() {
    assertThatThrownBy(
            () ->
                compile(
                    """
                    {"$ref": "#/$defs/a", "$defs": {"a": {"type": "object", "required": ["a"],
                     "properties": {"a": {"$ref": "#/$defs/a"}}}}}
                    """))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("no value");
  }

  private static Guide compile(String schema) {
    return COMPILER.jsonSchema(schema, ANY);
  }

  private static boolean accepts(Guide guide, String text) {
    return GuideCases.accepts(guide, text.replace('\'', '"'));
  }
}
