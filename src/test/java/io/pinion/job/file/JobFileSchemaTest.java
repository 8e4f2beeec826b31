package io.pinion.job.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.pinion.generate.SamplingParameter;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * The JSON Schema of job files that editors use: the tables of settings, and a file for the keys
 * that are in no table. {@code -Dschema.write=true} writes it.
 */
class JobFileSchemaTest {
  private static final Path FILE = Path.of("docs/job-file.schema.json");
  private static final Path SECTIONS = Path.of("src/test/resources/job/job-file.schema.json");
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String NO_KEY = "a-key-that-there-is-in-no-job-file";
  private static final Pattern NUMBERS =
      Pattern.compile("(?:a number|an integer) (from|above) (\\S+) (?:to|and at most) (\\S+)");
  private static final Pattern AT_LEAST = Pattern.compile("an integer, (\\d+) or more");
  private static final Pattern CHOICE = Pattern.compile("one of (.*)");
  private static final Pattern CHOICES = Pattern.compile("a list with any of (.*)");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

  @TempDir Path folder;

  private static String text() throws IOException {
    ObjectNode schema = (ObjectNode) JSON.readTree(SECTIONS.toFile());
    for (TaskSetting setting : TaskSetting.values()) {
      if (setting.key() != null) {
        properties(schema, setting.section()).set(setting.key(), property(setting, false));
      }
    }
    for (SamplingParameter parameter : SamplingParameter.values()) {
      properties(schema, "sampling").set(parameter.key(), property(parameter, parameter.perRow()));
    }
    return JSON.writeValueAsString(schema) + "\n";
  }

  private static ObjectNode properties(JsonNode schema, String section) {
    JsonNode of = section.isEmpty() ? schema : schema.path("properties").path(section);
    return (ObjectNode) of.path("properties");
  }

  private static ObjectNode property(Setting setting, boolean fromColumn) {
    ObjectNode property = JSON.createObjectNode();
    property.put("description", setting.documentation());
    if (setting.defaultValue() != null) {
      property.set("default", JSON.valueToTree(setting.defaultValue()));
    }
    ArrayNode kinds = property.putArray("anyOf");
    addTyped(kinds, setting.type());
    if (fromColumn) {
      addReference(kinds, "from-column");
    }
    return property;
  }

  private static void addTyped(ArrayNode kinds, SettingType<?> type) {
    switch (type.kind()) {
      case FLAG -> addReference(kinds, "flag");
      case TEXT -> addText(kinds, type.words());
      case TEXTS -> addTexts(kinds, type.words());
      case DECIMAL, INTEGER, LONG -> {
        boolean decimal = type.kind() == SettingType.Kind.DECIMAL;
        addRange(kinds.addObject().put("type", decimal ? "number" : "integer"), type.words());
        addVariable(kinds);
      }
      case INTEGERS -> {
        ObjectNode id = JSON.createObjectNode().put("type", "integer").put("minimum", 0);
        kinds.addObject().put("type", "array").set("items", id);
        kinds.add(id);
        addVariable(kinds);
      }
    }
  }

  private static void addText(ArrayNode kinds, String words) {
    Matcher choice = CHOICE.matcher(words);
    if (choice.matches()) {
      addNames(kinds.addObject(), choice.group(1));
      addVariable(kinds);
    } else {
      addReference(kinds, "text");
    }
  }

  private static void addTexts(ArrayNode kinds, String words) {
    Matcher choices = CHOICES.matcher(words);
    if (choices.matches()) {
      ObjectNode item = JSON.createObjectNode();
      addNames(item, choices.group(1));
      kinds.addObject().put("type", "array").set("items", item);
      kinds.add(item);
      addVariable(kinds);
    } else {
      addReference(kinds, "texts");
    }
  }

  private static void addNames(ObjectNode kind, String names) {
    ArrayNode values = kind.putArray("enum");
    Stream.of(names.split(", ")).forEach(values::add);
  }

  private static void addRange(ObjectNode kind, String words) {
    Matcher range = NUMBERS.matcher(words);
    Matcher atLeast = AT_LEAST.matcher(words);
    if (range.matches()) {
      kind.set(
          range.group(1).equals("above") ? "exclusiveMinimum" : "minimum", number(range.group(2)));
      kind.set("maximum", number(range.group(3)));
    } else if (atLeast.matches()) {
      kind.set("minimum", number(atLeast.group(1)));
      kind.put("maximum", Integer.MAX_VALUE);
    } else {
      assertThat(words).isEqualTo("an integer of at most 64 bits");
      kind.put("minimum", Long.MIN_VALUE).put("maximum", Long.MAX_VALUE);
    }
  }

  private static JsonNode number(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new AssertionError(text, e);
    }
  }

  private static void addVariable(ArrayNode kinds) {
    addReference(kinds, "variable");
    kinds.addObject().put("type", "null");
  }

  private static void addReference(ArrayNode kinds, String definition) {
    kinds.addObject().put("$ref", "#/definitions/" + definition);
  }

  @Test
  void theSchemaIsThatOfTheTables() throws IOException {
    String text = text();
    if (Boolean.getBoolean("schema.write")) {
      Files.writeString(FILE, text);
    }
    assertThat(Files.readString(FILE)).isEqualTo(text);
  }

  /** Whoever adds a key to the reader alone finds it here. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "input",
        "output",
        "output.merge",
        "model",
        "prompt",
        "guide",
        "sampling",
        "batch",
        "resources",
        "resume",
        "cache"
      })
  void theSchemaHasTheKeysThatTheReaderKnows(String section) throws IOException {
    String override = (section.isEmpty() ? "" : section + ".") + NO_KEY + "=1";
    JobException thrown = catchThrowableOfType(JobException.class, () -> read(override));
    Matcher known =
        Pattern.compile(NO_KEY + " is unknown; known keys are (.*)").matcher(thrown.getMessage());
    assertThat(known.find()).as(thrown.getMessage()).isTrue();
    List<String> keys = new ArrayList<>();
    keysOf(section).forEach(keys::add);
    assertThat(keys).containsExactlyInAnyOrder(known.group(1).split(", "));
  }

  private JobFile read(String override) throws IOException {
    Path job = Files.writeString(folder.resolve("job.yaml"), ShortJob.TEXT);
    return JobFileReader.read(new NamedFile(job.toString()), List.of(override), name -> "7");
  }

  private static Iterable<String> keysOf(String section) throws IOException {
    JsonNode schema = JSON.readTree(FILE.toFile());
    for (String name : section.isEmpty() ? new String[0] : section.split("[.]")) {
      JsonNode inner = schema.path("properties").path(name);
      schema = name.equals("resume") ? inner.path("anyOf").path(1) : inner;
    }
    return schema.path("properties")::fieldNames;
  }

  private static List<Error> errors(String yaml, String... overrides) throws IOException {
    Node root = YamlDocument.compose(yaml, "job.yaml");
    for (String override : overrides) {
      root = YamlDocument.override(root, override);
    }
    Schema schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(JSON.readTree(FILE.toFile()));
    return schema.validate(YamlJson.ofValid(root));
  }

  static List<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("jobs"))) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleIsValid(Path file) throws IOException {
    assertThat(errors(Files.readString(file))).isEmpty();
  }

  /** Job files, and parts of them, which the shortest job's sections complete. */
  static List<String> blocks() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(Path.of("README.md")));
    try (Stream<Path> files = Files.list(Path.of("docs/user"))) {
      files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    List<String> blocks = new ArrayList<>();
    for (Path page : pages) {
      BLOCK
          .matcher(Files.readString(page))
          .results()
          .map(MatchResult::group)
          .map(block -> block.replaceAll("(?m)^```.*\n?", ""))
          .forEach(blocks::add);
    }
    return blocks;
  }

  @Test
  void everyJobFileInTheDocumentationIsValid() throws IOException {
    assertThat(blocks()).hasSizeGreaterThanOrEqualTo(5);
    for (String block : blocks()) {
      String rest =
          ShortJob.TEXT
              .lines()
              .filter(line -> !Pattern.compile("(?m)^" + line.split(":")[0]).matcher(block).find())
              .reduce("", (text, line) -> text + line + "\n");
      assertThat(errors(block + rest)).as(block).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "input.limit=${LIMIT}",
        "input.path=[a, b]",
        "output.mode=",
        "sampling.temperature={from-column: heat}",
        "sampling.stop=END",
        "output.include=[token_ids]",
        "resume={retry-failed: true}",
        "guide={regex: {from-column: pattern}}",
        "guide={json-schema: true}",
        "input={format: table, table: db.t}",
        "input={format: jdbc, options: {url: x, numPartitions: 3}}",
        "output={merge: {into: db.t, on: id}}"
      })
  void whatTheReaderTakesIsValid(String override) throws IOException {
    assertThat(read(override)).isNotNull();
    assertThat(errors(ShortJob.TEXT, override)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sampling.temperature=-1 | /sampling/temperature",
        "sampling.top-p=0 | /sampling/top-p",
        "sampling.temprature=1 | /sampling",
        "sampling.n={from-column: count} | /sampling/n",
        "sampling.n=1025 | /sampling/n",
        "sampling.seed=9223372036854775808 | /sampling/seed",
        "model.dtype=f8 | /model/dtype",
        "output.mode=replace | /output/mode",
        "output.include=[tokens] | /output/include",
        "max-error-fraction=2 | /max-error-fraction",
        "on-error=ignore | /on-error",
        "resume=maybe | /resume",
        "cache={path: a, table: b} | /cache",
        "batch.slots=0 | /batch/slots",
        "prompt.messages-column=m | /prompt",
        "output={merge: {into: t, on: id}, mode: append} | /output/mode",
        "output={format: parquet} | /output",
        "input={format: table} | /input",
        "model={dtype: f32} | /model",
        "guide={choice: {column: a}} | /guide/choice"
      })
  void whatTheReaderRefusesIsNot(String override, String place) throws IOException {
    assertThat(catchThrowableOfType(JobException.class, () -> read(override))).isNotNull();
    assertThat(errors(ShortJob.TEXT, override))
        .extracting(error -> error.getInstanceLocation().toString())
        .anyMatch(place::equals);
  }
}
