package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.setting.SettingValues;
import io.pinion.spark.task.TaskSetting;
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

  private SettingValues read(String guide) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(file, REST + guide);
    return JobFileReader.read(new NamedFile(file.toString()), List.of(), name -> null).settings();
  }

  @Test
  void withoutTheSectionAnyTextIsAllowed() throws IOException {
    assertThat(read("").given()).doesNotContainKey(TaskSetting.GUIDE);
  }

  @Test
  void aSchemaInYamlIsTheJsonItStandsForMembersInTheirOrder() throws IOException {
    SettingValues guide =
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
    assertThat(guide.get(TaskSetting.GUIDE))
        .isEqualTo(
            "{\"json_schema\":{\"type\":\"object\",\"properties\":{"
                + "\"zip\":{\"type\":\"string\",\"pattern\":\"[0-9]{5}\"},"
                + "\"age\":{\"type\":[\"integer\",\"null\"],\"minimum\":0,\"maximum\":1.5E+2},"
                + "\"open\":{\"const\":true},"
                + "\"word\":{\"enum\":[\"yes\",\"true\",\"null\",null]}},"
                + "\"required\":[\"zip\"]}}");
    assertThat(guide.get(TaskSetting.PROPERTY_ORDER)).isEqualTo("any");
    assertThat(guide.get(TaskSetting.WHITE_SPACE)).isEqualTo(1);
    assertThat(guide.get(TaskSetting.CLOSE_AT_MAX_TOKENS)).isEqualTo(false);
    assertThat(guide.get(TaskSetting.PARSED_COLUMN)).isEqualTo("");
  }

  @Test
  void aSchemaMayBeTextOrStandInAFile() throws IOException {
    assertThat(read("guide: {json-schema: '{\"type\": \"integer\"}'}").get(TaskSetting.GUIDE))
        .isEqualTo("{\"json_schema\":{\"type\":\"integer\"}}");
    Path schema = folder.resolve("schema.json");
    Files.writeString(schema, "{\"type\": \"null\"}");
    assertThat(read("guide: {json-schema: " + schema + "}").get(TaskSetting.GUIDE))
        .isEqualTo("{\"json_schema\":{\"type\":\"null\"}}");
  }

  @Test
  void theOtherKindsAreReadAsTheyStand() throws IOException {
    assertThat(read("guide: {choice: [yes, no]}").get(TaskSetting.GUIDE))
        .isEqualTo("{\"choice\":[\"yes\",\"no\"]}");
    assertThat(read("guide: {regex: '[a-z]\\d'}").get(TaskSetting.GUIDE))
        .isEqualTo("{\"regex\":\"[a-z]\\\\d\"}");
    assertThat(read("guide: {type: date}").get(TaskSetting.GUIDE)).isEqualTo("{\"type\":\"date\"}");
    assertThat(read("guide: {json-object: true}").get(TaskSetting.GUIDE))
        .isEqualTo("{\"json_object\":true}");
    assertThat(read("guide:\n  grammar: |\n    start: \"a\"\n").get(TaskSetting.GUIDE))
        .isEqualTo("{\"grammar\":\"start: \\\"a\\\"\\n\"}");
  }

  @Test
  void guidesMayComeFromAColumn() throws IOException {
    SettingValues typed = read("guide: {json-schema: {from-column: s}}");
    assertThat(typed.get(TaskSetting.GUIDE_COLUMN)).isEqualTo("s");
    assertThat(typed.get(TaskSetting.GUIDE_KIND)).isEqualTo("json_schema");
    SettingValues mixed = read("guide: {choice: [a], from-column: g}");
    assertThat(mixed.get(TaskSetting.GUIDE_COLUMN)).isEqualTo("g");
    assertThat(mixed.get(TaskSetting.GUIDE_KIND)).isNull();
    assertThat(mixed.get(TaskSetting.GUIDE)).isEqualTo("{\"choice\":[\"a\"]}");
  }

  @Test
  void everyProblemIsNamedWithItsPlace() {
    assertThatThrownBy(() -> read("guide: {regex: a, choice: [b], colour: red, white-space: 200}"))
        .isInstanceOf(JobException.class)
        .hasMessageContaining("guide.regex cannot be given beside choice: set only one of them")
        .hasMessageContaining("guide.colour is unknown")
        .hasMessageContaining("guide.white-space must be an integer from 0 to 100, is 200");
    assertThatThrownBy(() -> read("guide: {json-schema: nowhere.json}"))
        .hasMessageContaining("guide.json-schema names a file that cannot be read: nowhere.json");
    assertThatThrownBy(() -> read("guide: {json-schema: '{\"type\"'}"))
        .hasMessageContaining("guide.json-schema is not valid JSON");
  }
}
