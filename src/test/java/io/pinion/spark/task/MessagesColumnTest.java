package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.jinja.Template;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.template.TemplateException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Conversations in a table are rendered as those in Python's memory. The templates are those that
 * {@code JinjaFixturesTest} compares with Python.
 */
class MessagesColumnTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");

  @TempDir static Path folder;
  private static JsonNode fixtures;
  private static SparkSession spark;

  @BeforeAll
  static void start() throws IOException {
    try (InputStream in = MessagesColumnTest.class.getResourceAsStream("/jinja/fixtures.json")) {
      fixtures = JSON.readTree(in);
    }
    spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  /** The conversation with the keys of its calls as OpenAI writes them. */
  private static JsonNode conversation() {
    JsonNode messages = fixtures.get("contexts").get("tools").get("messages").deepCopy();
    for (JsonNode message : messages) {
      if (message.has("tool_calls")) {
        ObjectNode call = (ObjectNode) message.get("tool_calls").get(0);
        ObjectNode ordered = JSON.createObjectNode();
        List.of("id", "type", "function").forEach(key -> ordered.set(key, call.get(key)));
        ((ArrayNode) message.get("tool_calls")).set(0, ordered);
      }
    }
    return messages;
  }

  @Test
  void callsOfToolsReachTheTemplateAsInPython() throws IOException {
    JsonNode messages = conversation();
    Path file = folder.resolve("rows.jsonl");
    Files.writeString(file, JSON.createObjectNode().set("messages", messages) + "\n");
    Row row = spark.read().json(file.toString()).collectAsList().get(0);
    List<String> different = new ArrayList<>();
    int rendered = 0;
    for (JsonNode fixture : fixtures.get("cases")) {
      for (JsonNode run : fixture.get("runs")) {
        if (run.get("context").asText().equals("tools")) {
          String source = fixture.get("template").asText();
          String expected = expected(source, messages);
          String actual = actual(source, row);
          rendered += expected == null ? 0 : 1;
          if (!String.valueOf(expected).equals(String.valueOf(actual))) {
            different.add(fixture.get("name").asText() + "\n" + expected + "\n" + actual);
          }
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(rendered).isGreaterThan(4);
  }

  private static String expected(String source, JsonNode messages) {
    Map<String, Object> context = new HashMap<>(TOKENS);
    context.put("messages", JSON.convertValue(messages, List.class));
    context.put("tools", null);
    context.put("documents", null);
    context.put("add_generation_prompt", true);
    try {
      return Template.parse(source).render(context);
    } catch (JinjaException e) {
      return null;
    }
  }

  private static String actual(String source, Row row) {
    try {
      return ChatTemplate.parse(source, TOKENS)
          .render(new MessagesColumn("messages").of(row), true);
    } catch (TemplateException e) {
      return null;
    }
  }
}
