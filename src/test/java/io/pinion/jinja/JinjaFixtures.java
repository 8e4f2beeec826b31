package io.pinion.jinja;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Templates with their output from Python's jinja2, as written by {@code make_fixtures.py}. */
record JinjaFixtures(Clock clock, List<Run> runs) {
  /**
   * One rendering.
   *
   * @param output empty if Python raised an exception
   */
  record Run(String name, String template, Map<String, Object> context, Optional<String> output) {
    @Override
    public String toString() {
      return name;
    }
  }

  static JinjaFixtures load() {
    ObjectMapper json = new ObjectMapper();
    try (InputStream in = JinjaFixtures.class.getResourceAsStream("/jinja/fixtures.json")) {
      JsonNode root = json.readTree(in);
      List<Run> runs = new ArrayList<>();
      for (JsonNode fixture : root.get("cases")) {
        for (JsonNode run : fixture.get("runs")) {
          runs.add(run(json, root, fixture, run));
        }
      }
      Instant now = Instant.parse(root.get("now").asText());
      return new JinjaFixtures(Clock.fixed(now, ZoneOffset.UTC), runs);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static Run run(ObjectMapper json, JsonNode root, JsonNode fixture, JsonNode run) {
    String context = run.get("context").asText();
    return new Run(
        fixture.get("name").asText() + " with " + context,
        fixture.get("template").asText(),
        json.convertValue(root.get("contexts").get(context), Map.class),
        Optional.ofNullable(run.get("output")).map(JsonNode::asText));
  }
}
