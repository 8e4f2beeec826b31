package io.pinion.guide.json.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.json.JsonSchemaCompiler;
import io.pinion.guide.json.type.ValueShape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {
  private static final String WRAPPED =
      "{'type':'object','properties':{'age':{'type':'integer'}},'required':['age'],"
          + "'additionalProperties':false}";

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          {'properties': null}                      ~ #/properties is not an object
          {'properties': [{'a': 1}]}                ~ #/properties is not an object
          {'properties': {'a': 'string'}}           ~ #/properties/a is neither
          {'properties': {'a/b': {'items': 'x'}}}   ~ #/properties/a~1b/items is neither
          {'required': [1]}                         ~ #/required is not a list of names
          {'required': 'a'}                         ~ #/required is not a list of names
          {'properties': {'a': {'required': true}}} ~ #/properties/a/required is a boolean: list
          {'uniqueItems': 'yes'}                    ~ #/uniqueItems is not a boolean
          {'if': 3}                                 ~ #/if is neither
          {'format': 5}                             ~ #/format is not a string
          {'pattern': ['a']}                        ~ #/pattern is not a string
          {'type': 'str'}                           ~ #/type names the unknown type str
          {'type': 'String'}                        ~ #/type names the unknown type String
          {'type': []}                              ~ #/type is neither a type
          {'enum': 'a'}                             ~ #/enum is not a list
          {'minLength': '3'}                        ~ #/minLength is not an integer
          {'maxItems': 1.5}                         ~ #/maxItems is not an integer
          {'minItems': -1}                          ~ #/minItems is negative
          {'minimum': '1'}                          ~ #/minimum is not a number
          {'multipleOf': 0}                         ~ #/multipleOf is not a positive number
          {'anyOf': {}}                             ~ #/anyOf is not a list of one or more
          {'oneOf': []}                             ~ #/oneOf is not a list of one or more
          {'allOf': [{'not': null}]}                ~ #/allOf/0/not is neither
          {'additionalProperties': 'no'}            ~ #/additionalProperties is neither
          {'dependentRequired': {'a': 'b'}}         ~ #/dependentRequired/a is not a list of names
          {'$defs': {'a': {'type': 7}}}             ~ #/$defs/a/type is neither a type
          {'$ref': 4}                               ~ #/$ref is not a string
          {'title': 5}                              ~ #/title is not a string
          {'$schema': 'http://example.com/mine'}    ~ #/$schema is "http://example.com/mine"
          {'$schema': 'draft-07'}                   ~ #/$schema is "draft-07"
          {'name': 'Ann', 'age': 3}                 ~ what a value must be, but name, age: where
          {'user': {'type': 'string'}}              ~ what a value must be, but user: where
          {'title': 'Dune', 'author': 'Herbert'}    ~ what a value must be, but title, author: where
          {'id': 7, 'description': 'a red bag'}     ~ what a value must be, but id, description
          {'name': 'f', 'description': 'd', 'input_schema': {'type': 'object'}} ~ where a schema lies
          {'$defs': {'a/b': {'type': 'string'}}}    ~ nothing that refers to them, so it allows every
          {'title': 't', 'definitions': {'A': {}}}  ~ add "$ref": "#/definitions/A"
          {'$ref': '#/$defs', '$defs': {'A': {'type': 'string'}}}           ~ #/$defs has no keyword
          {'$ref': '#/$defs/g/A', '$defs': {'g': {'A': {'type': 'str'}}}}   ~ unknown type str
          {'$ref': '#/enum/0', 'enum': [5]}         ~ #/enum/0 is neither an object nor a boolean
          {'required': ['\\ud800']}                 ~ #/required/0 has a lone surrogate
          {'properties': {'\\udc00': {}}}           ~ #/properties has a name with a lone surrogate
          {'$ref': '#'}                             ~ # leads back to itself
          {'anyOf': [{'$ref': '#'}, {'type': 'integer'}]}                   ~ # leads back to itself
          {'$ref': '#/$defs/a', '$defs': {'a': {'allOf': [{'not': {'$ref': '#/$defs/a'}}]}}} ~ leads back
          {'if': {'$ref': '#/then'}, 'then': {'oneOf': [{'$ref': '#/if'}]}} ~ leads back to itself
          {'type': 'object', 'properties': {'a': {'const': 1}, 'a': {'const': 2}}} ~ Duplicate field 'a'
          [{'type': 'string'}]                      ~ # is neither an object nor a boolean
          5                                         ~ # is neither an object nor a boolean
          null                                      ~ # is neither an object nor a boolean
          """)
  void whatIsNoSchemaIsRefusedWithItsPlace(String schema, String message) {
    assertThatThrownBy(() -> guide(schema))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining(message);
  }

  @Test
  void whatFollowsASchemaIsRefused() {
    assertThatThrownBy(() -> guide("{} {'type': 'string'}")).isInstanceOf(GuideException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name':'person','strict':true,'schema':#}",
        "{'name':'person','description':'of the row','schema':#}",
        "{'strict':true,'schema':#}",
        "{'type':'json_schema','json_schema':{'name':'person','strict':true,'schema':#}}",
        "{'type':'json_schema','name':'person','strict':true,'schema':#}"
      })
  void theEnvelopesOfModelServersAreOpened(String envelope) {
    Guide guide = guide(envelope.replace("#", WRAPPED));
    assertThat(GuideCases.accepts(guide, "{\"age\":5}")).isTrue();
    assertThat(GuideCases.accepts(guide, "5")).isFalse();
    assertThat(GuideCompiler.shape(envelope.replace("#", WRAPPED).replace('\'', '"')))
        .isInstanceOf(ValueShape.Members.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "{}",
        "{'description':'anything'}",
        "{'description':'anything','x-order':3}",
        "{'type':'object','properties':{'next':{'anyOf':[{'$ref':'#'},{'type':'null'}]}}}",
        "{'$ref':'#/$defs/a','$defs':{'a':{'items':{'$ref':'#/$defs/a'}}}}",
        "{'allOf':[{'$ref':'#/$defs/a'},{'$ref':'#/$defs/a'}],'$defs':{'a':{'type':'null'}}}",
        "{'$schema':'https://json-schema.org/draft/2020-12/schema'}",
        "{'$schema':'http://json-schema.org/draft-04/schema#','id':'a','type':'string'}",
        "{'$schema':'https://spec.openapis.org/oas/3.1/dialect/base','type':'string'}",
        "{'definitions':{'group':{'a':{'type':'string'}}},'$ref':'#/definitions/group/a'}",
        "{'properties':{'a':{'strip':true}}}",
        "{'type':'object','properties':{'name':{},'schema':{},'strict':{}}}",
        "{'dependencies':{'a':['b'],'c':{'minProperties':1}}}"
      })
  void schemasAreNotRefused(String schema) {
    assertThat(guide(schema)).isNotNull();
  }

  @Test
  void nullableIsFollowedInTheDialectThatHasIt() {
    String nullable = "'type':'object','properties':{'a':{'type':'string','nullable':true}}}";
    Guide openApi = guide("{'$schema':'https://spec.openapis.org/oas/3.0/schema'," + nullable);
    assertThat(GuideCases.accepts(openApi, "{\"a\":null}")).isTrue();
    assertThat(GuideCases.accepts(openApi, "{\"a\":1}")).isFalse();
    assertThat(GuideCases.accepts(guide("{" + nullable), "{\"a\":null}")).isFalse();
  }

  @Test
  void whatIsWithoutEffectIsTold() {
    assertThat(
            hints(
                "{'type':'object','properties':{'a':{'type':'string','maxlength':3},"
                    + "'b':{'type':'string','nullable':true},'c':{'strip':true},"
                    + "'d':{'title':'Dune','author':'Herbert'}},"
                    + "'additional_properties':false,'discriminator':{'propertyName':'a'}}"))
        .anySatisfy(hint -> assertThat(hint).contains("#/properties/a/maxlength", "maxLength"))
        .anySatisfy(hint -> assertThat(hint).contains("#/properties/b/nullable", "OpenAPI 3.0"))
        .anySatisfy(hint -> assertThat(hint).contains("#/properties/c has no keyword", "strip"))
        .anySatisfy(hint -> assertThat(hint).contains("#/properties/d has no keyword", "author"))
        .anySatisfy(hint -> assertThat(hint).contains("#/additional_properties"))
        .anySatisfy(hint -> assertThat(hint).contains("#/discriminator", "const"))
        .hasSize(6);
    assertThat(hints("{'type':'string','maxLength':3,'x-order':1,'_format':'a'}")).isEmpty();
  }

  @Test
  void aDialectThatIsNotKnownIsUnsupported() {
    assertThatThrownBy(() -> guide("{'$schema':'https://json-schema.org/draft/2031-01/schema'}"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("leave it out");
  }

  private static List<String> hints(String schema) {
    return GuideCompiler.hints(JsonSchemaCompiler.parse(schema.replace('\'', '"')));
  }

  private static Guide guide(String schema) {
    return new GuideCompiler(GuideCases.tokens())
        .jsonSchema(schema.replace('\'', '"'), JsonOptions.DEFAULT);
  }
}
