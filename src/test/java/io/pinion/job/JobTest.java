package io.pinion.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.runtime.TinyModelDirectory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Runs jobs in this process, on a tiny random model. */
abstract class JobTest {
  @TempDir Path folder;
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @BeforeEach
  void session() {
    // Each run closes its session; the next one starts its own with these settings.
    settings().getOrCreate();
  }

  /** The settings of a session. */
  SparkSession.Builder settings() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString());
  }

  int run(String... arguments) {
    errors.reset();
    session();
    PrintStream sink = new PrintStream(errors, true, StandardCharsets.UTF_8);
    return Pinion.run(sink, sink, arguments);
  }

  String printed() {
    return errors.toString(StandardCharsets.UTF_8);
  }

  String model() throws IOException {
    Path model = folder.resolve("model");
    return Files.exists(model) ? model.toString() : TinyModelDirectory.write(model, 3).toString();
  }

  /** A job file with input, output and further sections given. */
  String job(String input, String output, String more) throws IOException {
    Path file = folder.resolve("job.yaml");
    Files.writeString(
        file,
        "input: {%s}\noutput: {%s}\nmodel: {uri: \"%s\"}\n%s"
            .formatted(input, output, model(), more));
    return file.toString();
  }

  /** A job from {@code rows.jsonl} to {@code out}. */
  String job(String output, String more) throws IOException {
    return job(
        "path: \"" + folder.resolve("rows.jsonl") + "\"",
        "path: \"" + folder.resolve("out") + "\", " + output,
        "prompt: {template: \"{{ text }}\"}\nsampling: {max-tokens: 4}\n" + more);
  }

  void rows(int count) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < count; i++) {
      lines.append("{\"id\": %d, \"text\": \"row %d\"}\n".formatted(i, i));
    }
    Files.writeString(folder.resolve("rows.jsonl"), lines);
  }

  /** What the last run with {@code --report} to {@code report.json} wrote. */
  JsonNode report() throws IOException {
    return new ObjectMapper().readTree(folder.resolve("report.json").toFile());
  }

  /** Makes a table {@code answers}: the session's catalog forgets its own, unlike a real one. */
  void answersTable(Path location) {
    session();
    SparkSession.active()
        .sql(
            "CREATE TABLE answers (id BIGINT, text STRING, generated_text STRING, finish_reason"
                + " STRING, prompt_tokens INT, completion_tokens INT, error STRUCT<class: STRING,"
                + " message: STRING>) USING parquet LOCATION '"
                + location
                + "'");
  }

  /** The names of the entries of a folder, hidden ones too, without Hadoop's checksums. */
  static List<String> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(entry -> entry.getFileName().toString())
          .filter(name -> !name.endsWith(".crc"))
          .sorted()
          .toList();
    }
  }

  /** The text of the data files of an output. */
  static String contents(Path output) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : entries(output)) {
      if (name.startsWith("part-")) {
        text.append(Files.readString(output.resolve(name)));
      }
    }
    return text.toString();
  }
}
