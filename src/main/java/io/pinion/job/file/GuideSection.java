package io.pinion.job.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pinion.guide.GuideRequest.Kind;
import io.pinion.guide.json.schema.ExactJson;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the {@code guide} section of a job file. */
final class GuideSection {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private final YamlSection section;
  private final Map<Setting, Object> values;
  private final List<NamedFile> files = new ArrayList<>();

  private GuideSection(YamlSection section, Map<Setting, Object> values) {
    this.section = section;
    this.values = values;
  }

  /**
   * Reads the key of the guide's kind, and {@code from-column}.
   *
   * @param values receives the guide as JSON, and the column with rows' own guides and their kind
   * @return the files that were read for it
   */
  static List<NamedFile> read(YamlSection section, Map<Setting, Object> values) {
    GuideSection guide = new GuideSection(section, values);
    guide.read();
    return List.copyOf(guide.files);
  }

  private void read() {
    List<String> given = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      String key = kind.key().replace('_', '-');
      if (section.has(key)) {
        given.add(key);
      }
      read(key, kind);
    }
    String column = section.text("from-column", null);
    if (column != null) {
      values.put(TaskSetting.GUIDE_COLUMN, column);
      values.remove(TaskSetting.GUIDE_KIND);
    }
    if (given.size() > 1) {
      section.report(
          given.get(1), "cannot be given beside " + given.get(0) + ": set only one of them");
    }
  }

  private void read(String key, Kind kind) {
    if (section.isFromColumn(key)) {
      values.put(TaskSetting.GUIDE_COLUMN, section.fromColumn(key));
      values.put(TaskSetting.GUIDE_KIND, kind.key());
      return;
    }
    JsonNode value = value(key);
    if (value != null) {
      values.put(TaskSetting.GUIDE, JSON.objectNode().set(kind.key(), value).toString());
    }
  }

  private JsonNode value(String key) {
    return switch (key) {
      case "choice" -> choices();
      case "json-schema" -> schema(section.json(key));
      case "json-object" ->
          section.value(key, SettingType.flag(), false) ? JSON.booleanNode(true) : null;
      default -> {
        String text = section.text(key, null);
        yield text == null ? null : JSON.textNode(text);
      }
    };
  }

  private JsonNode choices() {
    SettingType<List<String>> anyTexts = SettingType.texts("a list of strings", text -> true);
    List<String> choices = section.value("choice", anyTexts, List.of());
    ArrayNode array = JSON.arrayNode();
    choices.forEach(array::add);
    return array.isEmpty() ? null : array;
  }

  /** A schema, which may be written as YAML, as JSON text, or in a separate file. */
  private JsonNode schema(JsonNode value) {
    if (value == null || !value.isTextual()) {
      return value;
    }
    String text = value.textValue().strip();
    try {
      JsonNode schema = ExactJson.read(text.startsWith("{") ? text : file(text));
      if (!schema.isMissingNode()) {
        return schema;
      }
      section.report("json-schema", "is empty: " + text);
    } catch (JsonProcessingException e) {
      section.report("json-schema", "is not valid JSON: " + e.getOriginalMessage());
    } catch (IOException | IllegalArgumentException e) {
      section.report("json-schema", "names a file that cannot be read: " + text);
    }
    return null;
  }

  private String file(String name) throws IOException {
    NamedFile file = new NamedFile(name);
    files.add(file);
    try (InputStream stream = file.open()) {
      ByteBuffer bytes = ByteBuffer.wrap(stream.readAllBytes());
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }
  }
}
