package io.pinion.job.file;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.job.file.JobFile.Guide;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the {@code guide} section of a job file. */
final class GuideSection {
  private static final List<String> KINDS =
      List.of("choice", "regex", "json-schema", "json-object", "grammar", "type");

  private final YamlSection section;
  private ObjectNode guide;
  private String column;
  private String kind;

  private GuideSection(YamlSection section) {
    this.section = section;
  }

  static Guide read(YamlSection section) {
    return new GuideSection(section).read();
  }

  private Guide read() {
    List<String> given = new ArrayList<>();
    for (String key : KINDS) {
      if (section.has(key)) {
        given.add(key);
      }
      read(key);
    }
    String own = section.text("from-column", null);
    if (own != null) {
      column = own;
      kind = null;
    }
    if (given.size() > 1) {
      section.report(
          given.get(1), "cannot stand beside " + given.get(0) + ": a guide is one thing");
    }
    Guide result =
        new Guide(
            guide == null ? null : guide.toString(),
            column,
            kind,
            section.choice("property-order", "schema", "schema", "any"),
            (int) section.whole("white-space", 0, 0, 100),
            section.flag("close-at-max-tokens", true),
            section.text("parsed-column", "parsed"));
    section.finish();
    return result;
  }

  private void read(String key) {
    String requestKey = key.replace('-', '_');
    String from = section.isFromColumn(key) ? section.fromColumn(key) : null;
    if (from != null) {
      column = from;
      kind = requestKey;
      return;
    }
    JsonNode value = value(key);
    if (value != null) {
      guide = JsonNodeFactory.instance.objectNode();
      guide.set(requestKey, value);
    }
  }

  private JsonNode value(String key) {
    return switch (key) {
      case "choice" -> choices();
      case "json-schema" -> schema(section.json(key));
      case "json-object" ->
          section.flag(key, false) ? JsonNodeFactory.instance.booleanNode(true) : null;
      default -> {
        String text = section.text(key, null);
        yield text == null ? null : JsonNodeFactory.instance.textNode(text);
      }
    };
  }

  private JsonNode choices() {
    List<String> choices = section.texts("choice");
    if (choices.isEmpty()) {
      return null;
    }
    var array = JsonNodeFactory.instance.arrayNode();
    choices.forEach(array::add);
    return array;
  }

  /** A schema as it stands in the file, as JSON text, or in a file of its own. */
  private JsonNode schema(JsonNode value) {
    if (value == null || !value.isTextual()) {
      return value;
    }
    String text = value.textValue().strip();
    try {
      return new ObjectMapper()
          .readTree(text.startsWith("{") ? text : Files.readString(Path.of(text)));
    } catch (JsonProcessingException e) {
      section.report("json-schema", "is no JSON: " + e.getOriginalMessage());
    } catch (IOException e) {
      section.report("json-schema", "names a file that cannot be read: " + text);
    }
    return null;
  }
}
