package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuideSectionTest {
  private static final String REST =
      """
      input: {path: in.jsonl}
      output: {path: out}
      model: {uri: model.gguf}
      prompt: {template: "{{ text }}"}
      """;

  @TempDir Path folder;

  private JobFile.Guide read(String guide) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, REST + guide);
    return JobFileReader.read(file, List.of(), name -> null).guide();
  }

  @Test
  void withoutTheSectionAnyTextIsAllowed() throws IOException {
    assertThat(read(""))
        .isEqualTo(new JobFile.Guide(null, null, null, "schema", 0, true, "parsed"));
  }

  @Test
  void aSchemaInYamlIsTheJsonItStandsForMembersInTheirOrder() throws IOException {
    JobFile.Guide guide =
        read(
            """
            guide:
              json-schema:
                type: object
                properties:
                  zip: {type: string, pattern: "[0-9]{5}"}
                  age: {type: [integer, "null"], minimum: 0, maximum: 1.5e2}
                  open: {const: true}
                  word: {enum: [yes, "true", 'null', null]}
                required: [zip]
              property-order: any
              white-space: 1
              close-at-max-tokens: false
              parsed-column: ""
            """);
    assertThat(guide.guide())
        .isEqualTo(
            "{\"json_schema\":{\"type\":\"object\",\"properties\":{"
                + "\"zip\":{\"type\":\"string\",\"pattern\":\"[0-9]{5}\"},"
                + "\"age\":{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":1.5E+2},"
                + "\"open\":{\"const\":true},"
                + "\"word\":{\"enum\":[\"yes\",\"true\",\"null\",null]}},"
                + "\"required\":[\"zip\"]}}");
    assertThat(guide.propertyOrder()).isEqualTo("any");
    assertThat(guide.whiteSpace()).isEqualTo(1);
    assertThat(guide.closeAtMaxTokens()).isFalse();
    assertThat(guide.parsedColumn()).isEmpty();
  }

  @Test
  void aSchemaMayBeTextOrStandInAFile() throws IOException {
    assertThat(read("guide: {json-schema: '{\"type\": \"integer\"}'}").guide())
        .isEqualTo("{\"json_schema\":{\"type\":\"integer\"}}");
    Path schema = folder.resolve("schema.json");
    Files.writeString(schema, "{\"type\": \"null\"}");
    assertThat(read("guide: {json-schema: " + schema + "}").guide())
        .isEqualTo("{\"json_schema\":{\"type\":\"null\"}}");
  }

  @Test
  void theOtherKindsAreReadAsTheyStand() throws IOException {
    assertThat(read("guide: {choice: [yes, no]}").guide())
        .isEqualTo("{\"choice\":[\"yes\",\"no\"]}");
    assertThat(read("guide: {regex: '[a-z]\\d'}").guide()).isEqualTo("{\"regex\":\"[a-z]\\\\d\"}");
    assertThat(read("guide: {type: date}").guide()).isEqualTo("{\"type\":\"date\"}");
    assertThat(read("guide: {json-object: true}").guide()).isEqualTo("{\"json_object\":true}");
    assertThat(read("guide:\n  grammar: |\n    start: \"a\"\n").guide())
        .isEqualTo("{\"grammar\":\"start: \\\"a\\\"\\n\"}");
  }

  @Test
  void guidesMayComeFromAColumn() throws IOException {
    JobFile.Guide typed = read("guide: {json-schema: {from-column: s}}");
    assertThat(typed.column()).isEqualTo("s");
    assertThat(typed.kind()).isEqualTo("json_schema");
    JobFile.Guide mixed = read("guide: {choice: [a], from-column: g}");
    assertThat(mixed.column()).isEqualTo("g");
    assertThat(mixed.kind()).isNull();
    assertThat(mixed.guide()).isEqualTo("{\"choice\":[\"a\"]}");
  }

  @Test
  void everyProblemIsNamedWithItsPlace() {
    assertThatThrownBy(() -> read("guide: {regex: a, choice: [b], colour: red, white-space: 200}"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("guide.regex cannot stand beside choice: a guide is one thing")
        .hasMessageContaining("guide.colour is unknown")
        .hasMessageContaining("guide.white-space must be 0 to 100, is 200");
    assertThatThrownBy(() -> read("guide: {json-schema: nowhere.json}"))
        .hasMessageContaining("guide.json-schema names a file that cannot be read: nowhere.json");
    assertThatThrownBy(() -> read("guide: {json-schema: '{\"type\"'}"))
        .hasMessageContaining("guide.json-schema is no JSON");
  }
}
