package io.pinion.check;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.guide.json.SchemaOracle;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Validates the texts of a run against the schema of each row, with the networknt validator: {@code
 * TicketsCheckRun REQUESTS.jsonl OUTPUT-FOLDER}. A row without an answer is invalid; so is a text
 * with anything after its value or with a duplicate name in an object.
 */
final class TicketsCheckRun {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private TicketsCheckRun() {}

  public static void main(String[] arguments) throws IOException {
    List<String> requests = Files.readAllLines(Path.of(arguments[0]));
    Map<String, JsonNode> answers = answers(Path.of(arguments[1]));
    int valid = 0;
    for (String line : requests) {
      JsonNode request = JSON.readTree(line);
      String id = request.path("id").asText();
      List<String> errors = errors(request.path("json_schema"), answers.get(id));
      if (errors.isEmpty()) {
        valid++;
      } else {
        System.out.println(id + " " + errors);
      }
    }
    System.out.printf(
        "rows %d, answers %d, valid %d, invalid %d%n",
        requests.size(), answers.size(), valid, requests.size() - valid);
  }

  private static Map<String, JsonNode> answers(Path folder) throws IOException {
    Map<String, JsonNode> answers = new HashMap<>();
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(folder, "part-*")) {
      for (Path part : parts) {
        for (String line : Files.readAllLines(part)) {
          JsonNode answer = JSON.readTree(line);
          if (answers.put(answer.path("id").asText(), answer) != null) {
            throw new IOException("two answers for the row " + answer.path("id"));
          }
        }
      }
    }
    return answers;
  }

  private static List<String> errors(JsonNode schema, JsonNode answer) {
    if (answer == null || !answer.path("generated_text").isTextual()) {
      return List.of("no answer: " + (answer == null ? "" : answer.path("error")));
    }
    String text = answer.path("generated_text").asText();
    try {
      JsonNode instance = JSON.readTree(text);
      return instance.isMissingNode()
          ? List.of("an empty text")
          : new SchemaOracle(schema).errors(instance);
    } catch (JsonProcessingException e) {
      return List.of(e.getOriginalMessage() + ": " + text);
    }
  }
}
