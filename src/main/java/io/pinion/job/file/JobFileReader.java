package io.pinion.job.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.generate.SamplingParameter;
import io.pinion.job.file.JobFile.Input;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.file.JobFile.Resume;
import io.pinion.setting.Secrets;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import io.pinion.setting.SettingValues;
import io.pinion.spark.column.OutputNames;
import io.pinion.spark.plan.StageProfile;
import io.pinion.spark.task.SettingConflicts;
import io.pinion.spark.task.TaskSetting;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.apache.hadoop.security.AccessControlException;
import org.snakeyaml.engine.v2.nodes.Node;

/** Reads a job file, applies overrides and environment variables, and checks all of it. */
public final class JobFileReader {
  private static final int MAX_BYTES = 1 << 20;

  private static final SettingType<Integer> COUNT = SettingType.integer(0, Integer.MAX_VALUE);

  /** Spark plans each of them, rows or not. */
  private static final SettingType<Integer> PARTITIONS = SettingType.integer(0, 100_000);

  /** Formats whose rows are in files. */
  private static final Set<String> FILES =
      Set.of("json", "parquet", "csv", "text", "orc", "xml", "avro", "delta");

  private final String file;
  private JsonNode source;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, String> variables = new TreeMap<>();
  private final Map<Setting, Object> values = new LinkedHashMap<>();

  private JobFileReader(String file) {
    this.file = file;
  }

  /**
   * Reads a job.
   *
   * @param overrides of the form {@code a.b.c=VALUE}
   * @param environment looks up {@code ${NAME}}; {@code null} if it is not set
   * @throws JobException with every problem, each with file, line, column and key
   */
  public static JobFile read(
      NamedFile path, List<String> overrides, UnaryOperator<String> environment) {
    try {
      return new JobFileReader(path.name()).read(text(path), overrides, environment);
    } catch (JobException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      throw new JobException("job file " + path + " cannot be read: " + e, e);
    }
  }

  /**
   * Reads the job in the report of a run.
   *
   * @param job what {@link JobFile#source} was
   * @param name of the report, for messages
   */
  public static JobFile read(
      JsonNode job, String name, List<String> overrides, UnaryOperator<String> environment) {
    return new JobFileReader(name).read(job.toString(), overrides, environment);
  }

  private static String text(NamedFile path) {
    try (InputStream stream = path.open()) {
      byte[] bytes = stream.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw new JobException(
            "job file " + path + " is larger than " + (MAX_BYTES >> 20) + " MiB", null);
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (NoSuchFileException | FileNotFoundException e) {
      throw new JobException("job file " + path + " does not exist", e);
    } catch (AccessDeniedException | AccessControlException e) {
      throw new JobException("job file " + path + " cannot be read: permission denied", e);
    } catch (CharacterCodingException e) {
      throw new JobException("job file " + path + " is not UTF-8", e);
    } catch (IOException e) {
      throw new JobException("job file " + path + " cannot be read: " + e.getMessage(), e);
    }
  }

  private JobFile read(String text, List<String> overrides, UnaryOperator<String> environment) {
    Node root = YamlDocument.compose(text, file);
    for (String override : overrides) {
      root = YamlDocument.override(root, override);
    }
    source = YamlJson.ofValid(root);
    YamlSection job = YamlSection.root(file, root, noting(environment), problems);
    JobFile result = job(job);
    job.finish();
    if (!problems.isEmpty()) {
      throw new JobException(
          problems.stream().map(problem -> Secrets.without(problem, variables)).toList());
    }
    return result;
  }

  /** The environment; a variable that is looked up is noted with its value. */
  private UnaryOperator<String> noting(UnaryOperator<String> environment) {
    return name -> {
      String value = environment.apply(name);
      if (value != null) {
        variables.put(name, value);
      }
      return value;
    };
  }

  private JobFile job(YamlSection job) {
    String name = job.value("name", SettingType.name(), null);
    Input input = input(job.section("input"));
    Output output = output(job.section("output"));
    model(job.section("model"));
    prompt(job.section("prompt"));
    YamlSection guide = job.section("guide");
    List<NamedFile> files = GuideSection.read(guide, values);
    settings(guide, "guide");
    sampling(job.section("sampling"));
    TaskSetting.ofSection("").forEach(setting -> job.read(setting, values));
    StageProfile resources = resources(job);
    double maxErrorFraction = job.value("max-error-fraction", SettingType.decimal(0, 1), 1.0);
    settings(job.section("batch"), "batch");
    Resume resume = resume(job, output);
    SettingValues settings = new SettingValues(values);
    if (problems.isEmpty()) {
      SettingConflicts.of(settings, Setting::path)
          .forEach(conflict -> problems.add(file + ": " + conflict));
    }
    return new JobFile(
        name,
        input,
        output,
        settings,
        resources,
        maxErrorFraction,
        resume,
        variables,
        files,
        source);
  }

  private static StageProfile resources(YamlSection job) {
    YamlSection section = job.section("resources");
    StageProfile resources =
        new StageProfile(
            section.value("gpu", COUNT, 0),
            section.value("cores", COUNT, 0),
            section.text("memory", null),
            section.text("discovery-script", null));
    section.finish();
    return job.has("resources") ? resources : null;
  }

  /** Reads a section's keys in the table of settings and finishes the section. */
  private void settings(YamlSection section, String name) {
    TaskSetting.ofSection(name).forEach(setting -> section.read(setting, values));
    section.finish();
  }

  private Input input(YamlSection section) {
    String format = format(section);
    List<String> paths = section.value("path", SettingType.texts(), List.of());
    String table = section.text("table", null);
    requirePlace("input", format, table, !paths.isEmpty());
    Input input =
        new Input(
            format,
            paths,
            table,
            section.text("schema", null),
            section.map("options"),
            section.value("limit", COUNT, 0),
            partitions(section));
    settings(section, "input");
    return input;
  }

  private static int partitions(YamlSection section) {
    boolean auto = section.text("partitions", "auto").equals("auto");
    return auto ? Input.AUTO : section.value("partitions", PARTITIONS, 0);
  }

  private Output output(YamlSection section) {
    TaskSetting.ofSection("output").forEach(setting -> section.read(setting, values));
    YamlSection merge = section.section("merge");
    boolean merges = section.has("merge");
    String into = merges ? merge.required("into") : null;
    List<String> on = merge.value("on", SettingType.texts(), List.of());
    merge.finish();
    String format = format(section);
    String path = section.text("path", null);
    String table = section.text("table", null);
    String mode =
        section.value(
            "mode", SettingType.choice(List.of("error", "overwrite", "append", "ignore")), "error");
    Output output =
        new Output(
            merges ? JobFile.TABLE : format,
            path,
            merges ? into : table,
            merges ? Output.MERGE : mode,
            section.map("options"),
            section.value("partitions", PARTITIONS, 0),
            names(),
            section.value("partition-by", SettingType.texts(), List.of()),
            on);
    if (merges) {
      requireMerge(section, on);
    } else {
      requirePlace("output", format, table, path != null);
    }
    if (format.equals("jdbc") && !output.partitionBy().isEmpty()) {
      section.report("partition-by", "needs files or a table of a catalog");
    }
    section.finish();
    return output;
  }

  private void requireMerge(YamlSection section, List<String> on) {
    if (on.isEmpty()) {
      missing("output.merge.on");
    }
    for (String other : List.of("path", "table", "mode", "partition-by", "options")) {
      if (section.has(other)) {
        section.report(other, "cannot be given beside merge, which names a table that is there");
      }
    }
    if (section.has("format") && !section.text("format", "").equals(JobFile.TABLE)) {
      section.report("format", "must be table beside merge, or be left out");
    }
  }

  /** The name of a data source, in the spelling by which its peculiarities are known here. */
  private static String format(YamlSection section) {
    String name = section.value("format", SettingType.name(), "json");
    String lower = name.toLowerCase(Locale.ROOT);
    boolean known = FILES.contains(lower) || lower.equals("jdbc") || lower.equals(JobFile.TABLE);
    return known ? lower : name;
  }

  private void requirePlace(String section, String format, String table, boolean path) {
    if (format.equals(JobFile.TABLE) && table == null) {
      missing(section + ".table");
    } else if (FILES.contains(format) && !path) {
      missing(section + ".path");
    }
  }

  private OutputNames names() {
    SettingValues settings = new SettingValues(values);
    return new OutputNames(
        settings.text(TaskSetting.OUTPUT_PREFIX), settings.text(TaskSetting.OUTPUT_STRUCT));
  }

  private Resume resume(YamlSection job, Output output) {
    boolean on = true;
    boolean retryFailed = false;
    if (job.isMapping("resume")) {
      YamlSection resume = job.section("resume");
      retryFailed = resume.value("retry-failed", SettingType.flag(), false);
      resume.finish();
    } else {
      on = job.value("resume", SettingType.flag(), false);
    }
    String checkpoint = job.text("checkpoint", null);
    if (on && checkpoint == null && output.path() == null) {
      missing("checkpoint");
    } else if (on && checkpoint == null) {
      checkpoint = output.path().replaceAll("/+$", "") + ".checkpoint";
    }
    if (checkpoint != null
        && output.mode().equals("append")
        && output.path() == null
        && !output.isTable()
        && values.get(TaskSetting.ID_COLUMN) == null) {
      problems.add(
          file
              + ": to append to format "
              + output.format()
              + " with a checkpoint, set input.id-column, by which rows are found in it again");
    }
    int interval = job.value("checkpoint-interval", COUNT, 0);
    YamlSection cache = job.section("cache");
    String path = cache.text("path", null);
    String table = cache.text("table", null);
    cache.finish();
    if (job.has("cache") && (path == null) == (table == null)) {
      problems.add(file + ": cache needs exactly one of path and table");
    } else if (table != null && checkpoint == null) {
      problems.add(
          file
              + ": cache.table needs checkpoint, a folder for the answers until they are added to"
              + " the table");
    }
    return new Resume(on, retryFailed, checkpoint, interval, path, table);
  }

  private void model(YamlSection section) {
    if (!section.has(TaskSetting.URI.key())) {
      missing(TaskSetting.URI.path());
    }
    settings(section, "model");
  }

  private void missing(String key) {
    problems.add(file + ": " + key + " is missing");
  }

  private void prompt(YamlSection section) {
    boolean messages = section.has("messages-column");
    if (messages == section.has("template")) {
      problems.add(file + ": prompt needs exactly one of messages-column and template");
    } else if (messages && section.has("system")) {
      section.report("system", "needs template; put a system message into the messages");
    }
    settings(section, "prompt");
  }

  private void sampling(YamlSection section) {
    List<String> columns = new ArrayList<>();
    for (SamplingParameter parameter : SamplingParameter.values()) {
      String column = parameter.perRow() ? section.fromColumn(parameter.key()) : null;
      if (column == null) {
        section.read(parameter, values);
      } else {
        columns.add(parameter.key() + "=" + column);
      }
    }
    values.put(TaskSetting.SAMPLING_COLUMNS, columns);
    if (section.value("logprobs", SettingType.flag(), false)) {
      values.merge(TaskSetting.INCLUDE, List.of("logprobs"), JobFileReader::union);
    }
    section.finish();
  }

  private static List<?> union(Object some, Object more) {
    return Stream.concat(((List<?>) some).stream(), ((List<?>) more).stream()).distinct().toList();
  }
}
