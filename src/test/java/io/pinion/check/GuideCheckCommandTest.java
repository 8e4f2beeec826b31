package io.pinion.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuideCheckCommandTest {
  private static final String REQUESTS =
      """
      {"id": 1, "regex": "[a-z]+", "instances": [{"text": "abc", "valid": true}, {"text": "aB", "valid": false}]}
      {"id": "two", "json_schema": {"type": "integer", "minimum": 3}, "instances": [{"text": "2", "valid": true}, {"text": "4", "valid": false}]}
      no request

      {"id": 3, "json_schema": {"unevaluatedProperties": 7}}
      {"id": 4, "choice": ["yes", "no"], "instances": [{"text": "ye"}]}
      {"id": 5, "type": "date", "instances": [{"text": "2024-02-29", "valid": true}, {"text": "2023-02-29", "valid": false}]}
      {"id": 6, "grammar": "start: \\"a\\" start | \\"b\\"", "instances": [{"text": "aab", "valid": true}]}
      {"id": 7, "json_object": true, "instances": [{"text": "{\\"a\\":[1,null]}", "valid": true}, {"text": "[]", "valid": false}]}
      {"id": 8, "instances": []}
      """;

  @TempDir Path folder;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(String... arguments) {
    PrintStream sink = new PrintStream(printed, true, StandardCharsets.UTF_8);
    return GuideCheckCommand.run(sink, sink, arguments);
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private List<JsonNode> results(String threads) throws IOException {
    Path requests = folder.resolve("requests.jsonl");
    Files.writeString(requests, REQUESTS);
    Path results = folder.resolve("results.jsonl");
    String model = TinyModelDirectory.write(folder.resolve("model"), 1).toString();
    int code =
        run(
            requests.toString(),
            "--tokenizer",
            model,
            "--output",
            results.toString(),
            "--threads",
            threads);
    assertThat(code).as(printed()).isZero();
    List<JsonNode> nodes = new ArrayList<>();
    for (String line : Files.readAllLines(results)) {
      nodes.add(new ObjectMapper().readTree(line));
    }
    return nodes;
  }

  @Test
  void everyRequestHasItsResultInItsPlace() throws IOException {
    List<JsonNode> results = results("1");
    assertThat(results)
        .extracting(result -> result.path("status").asText())
        .containsExactly("ok", "ok", "error", "error", "ok", "ok", "ok", "ok", "error");
    assertThat(results.get(0).path("results").toString())
        .isEqualTo(
            "[{\"accepted\":true,\"rejected_at_byte\":null},"
                + "{\"accepted\":false,\"rejected_at_byte\":1}]");
    assertThat(results.get(0).path("mask_us").size()).isEqualTo(5);
    assertThat(results.get(1).path("id").asText()).isEqualTo("two");
    assertThat(results.get(4).path("results").get(0).path("rejected_at_byte").asInt()).isEqualTo(2);
    assertThat(results.get(8).path("error").asText()).contains("needs one of the keys");
    assertThat(printed())
        .contains("ok 6, unsupported 0, error 3, pass 5, valid rejected 1, invalid accepted 1");
  }

  @Test
  void severalThreadsGiveTheSameResultsInTheSameOrder() throws IOException {
    assertThat(results("3"))
        .extracting(result -> result.path("status").asText() + result.path("results"))
        .isEqualTo(
            results("1").stream()
                .map(result -> result.path("status").asText() + result.path("results"))
                .toList());
  }

  @Test
  void wrongArgumentsAreNamed() throws IOException {
    assertThat(run("requests.jsonl")).isEqualTo(2);
    assertThat(printed()).contains("pinion: --tokenizer is missing").contains("usage: check");
    assertThat(run("a", "--tokenizer", "b", "--threads", "0")).isEqualTo(2);
    assertThat(printed()).contains("--threads must be 1 to 1024, is 0");
    assertThat(run("a", "--tokenizer", "b", "--property-order", "none")).isEqualTo(2);
    assertThat(printed()).contains("--property-order must be schema or any, is none");
    String model = TinyModelDirectory.write(folder.resolve("model"), 1).toString();
    assertThat(run(folder + "/missing.jsonl", "--tokenizer", model)).isEqualTo(2);
    assertThat(printed()).contains("pinion: there is no file " + folder + "/missing.jsonl");
    assertThat(run("a", "--tokenizer", folder + "/nowhere")).isEqualTo(2);
    assertThat(printed()).contains("nowhere does not exist");
  }
}
