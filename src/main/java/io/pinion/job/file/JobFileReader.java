package io.pinion.job.file;

import io.pinion.job.file.JobFile.Batch;
import io.pinion.job.file.JobFile.Guide;
import io.pinion.job.file.JobFile.Input;
import io.pinion.job.file.JobFile.Model;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.file.JobFile.Prompt;
import io.pinion.job.file.JobFile.Sampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a job file, puts overrides and environment variables in, and checks the whole of it. */
public final class JobFileReader {
  private static final int NO_LIMIT = Integer.MAX_VALUE;

  private final String file;
  private final List<String> problems = new ArrayList<>();
  private final Map<String, String> columns = new LinkedHashMap<>();

  private JobFileReader(String file) {
    this.file = file;
  }

  /**
   * Reads a job.
   *
   * @param overrides each {@code a.b.c=VALUE}
   * @param environment looks up {@code ${NAME}}; {@code null} where it is not set
   * @throws JobException with every problem, each with file, line, column and key
   */
  public static JobFile read(Path path, List<String> overrides, UnaryOperator<String> environment) {
    String text;
    try {
      text = Files.readString(path);
    } catch (NoSuchFileException e) {
      throw new JobException("job file " + path + " does not exist", e);
    } catch (IOException e) {
      throw new JobException("job file " + path + " cannot be read: " + e.getMessage(), e);
    }
    return new JobFileReader(path.toString()).read(text, overrides, environment);
  }

  private JobFile read(String text, List<String> overrides, UnaryOperator<String> environment) {
    Node root = compose(text, file);
    for (String override : overrides) {
      root = override(root, override);
    }
    YamlSection job = YamlSection.root(file, root, environment, problems);
    JobFile result = job(job);
    job.finish();
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
    return result;
  }

  private Node compose(String text, String name) {
    LoadSettings settings =
        LoadSettings.builder().setLabel(name).setUseMarks(true).setAllowDuplicateKeys(true).build();
    try {
      return new Compose(settings).composeString(text).orElse(null);
    } catch (YamlEngineException e) {
      throw new JobException("no valid YAML: " + e.getMessage().strip(), e);
    }
  }

  private Node override(Node root, String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new JobException(
          List.of("--set " + override + ": must be KEY=VALUE, as in sampling.seed=7"));
    }
    Node value = compose(override.substring(equals + 1), "--set " + override);
    Node base = root instanceof MappingNode ? root : mapping();
    put((MappingNode) base, List.of(override.substring(0, equals).split("\\.")), value);
    return base;
  }

  private static void put(MappingNode node, List<String> path, Node value) {
    String key = path.get(0);
    Node present = null;
    for (NodeTuple tuple : node.getValue()) {
      if (tuple.getKeyNode() instanceof ScalarNode scalar && scalar.getValue().equals(key)) {
        present = tuple.getValueNode();
      }
    }
    Node replacement = value;
    if (path.size() > 1) {
      replacement = present instanceof MappingNode ? present : mapping();
      put((MappingNode) replacement, path.subList(1, path.size()), value);
    }
    List<NodeTuple> tuples = new ArrayList<>(node.getValue());
    tuples.removeIf(t -> t.getKeyNode() instanceof ScalarNode s && s.getValue().equals(key));
    tuples.add(new NodeTuple(new ScalarNode(Tag.STR, key, ScalarStyle.PLAIN), replacement));
    node.setValue(tuples);
  }

  private static MappingNode mapping() {
    return new MappingNode(Tag.MAP, new ArrayList<>(), FlowStyle.BLOCK);
  }

  private JobFile job(YamlSection job) {
    Input input = input(job.section("input"));
    Output output = output(job.section("output"));
    Model model = model(job.section("model"));
    Prompt prompt = prompt(job.section("prompt"));
    Guide guide = GuideSection.read(job.section("guide"));
    YamlSection samplingSection = job.section("sampling");
    boolean logprobs = samplingSection.flag("logprobs", false);
    Sampling sampling = sampling(samplingSection);
    if (logprobs && !output.include().contains("logprobs")) {
      output.include().add("logprobs");
    }
    String onError = job.choice("on-error", "keep", "keep", "fail");
    double fraction = job.number("max-error-fraction", 1, "0 to 1", v -> v >= 0 && v <= 1);
    YamlSection batch = job.section("batch");
    Batch batches =
        new Batch(
            (int) batch.whole("slots", 64, 1, 65536),
            (int) batch.whole("look-ahead", 4, 1, 1024),
            batch.flag("plain", false),
            batch.flag("speculate", true),
            batch.flag("deduplicate", false));
    batch.finish();
    return new JobFile(input, output, model, prompt, guide, sampling, onError, fraction, batches);
  }

  private Input input(YamlSection section) {
    String format = section.choice("format", "json", "json", "parquet", "csv", "text", "table");
    List<String> paths = section.texts("path");
    String table = section.text("table", null);
    if (format.equals("table") ? table == null : paths.isEmpty()) {
      problems.add(file + ": input." + (format.equals("table") ? "table" : "path") + " is missing");
    }
    Input input =
        new Input(
            format,
            paths,
            table,
            section.text("schema", null),
            section.text("id-column", null),
            section.map("options"),
            (int) section.whole("limit", 0, 0, NO_LIMIT),
            (int) section.whole("partitions", 0, 0, NO_LIMIT));
    section.finish();
    return input;
  }

  private Output output(YamlSection section) {
    String format = section.choice("format", "json", "json", "parquet", "csv", "table");
    String path = section.text("path", null);
    String table = section.text("table", null);
    if (format.equals("table") ? table == null : path == null) {
      problems.add(
          file + ": output." + (format.equals("table") ? "table" : "path") + " is missing");
    }
    List<String> include = section.texts("include");
    for (String name : include) {
      if (!List.of("token_ids", "logprobs").contains(name)) {
        section.report("include", "must hold token_ids or logprobs, holds '" + name + "'");
      }
    }
    Output output =
        new Output(
            format,
            path,
            table,
            section.choice("mode", "error", "error", "overwrite", "append", "ignore"),
            section.map("options"),
            (int) section.whole("partitions", 0, 0, NO_LIMIT),
            include);
    section.finish();
    return output;
  }

  private Model model(YamlSection section) {
    Model model =
        new Model(
            section.required("uri"),
            section.choice("dtype", "auto", "auto", "f32", "bf16", "f16", "int8"),
            (int) section.whole("max-model-length", 0, 0, NO_LIMIT),
            section.text("revision", ""),
            section.choice("device", "auto", "auto", "cpu", "gpu"),
            (int) section.whole("threads", 0, 0, NO_LIMIT));
    section.finish();
    return model;
  }

  private Prompt prompt(YamlSection section) {
    Prompt prompt =
        new Prompt(
            section.text("messages-column", null),
            section.text("template", null),
            section.text("system", null));
    if ((prompt.messagesColumn() == null) == (prompt.template() == null)) {
      problems.add(file + ": prompt needs exactly one of messages-column and template");
    } else if (prompt.messagesColumn() != null && prompt.system() != null) {
      section.report("system", "goes with template; put a system message into the messages");
    }
    section.finish();
    return prompt;
  }

  private Sampling sampling(YamlSection s) {
    Sampling sampling =
        new Sampling(
            number(s, "temperature", 0, "0 or more", v -> v >= 0),
            number(s, "top-p", 1, "above 0 and at most 1", v -> v > 0 && v <= 1),
            (int) whole(s, "top-k", 0, 0, NO_LIMIT),
            number(s, "min-p", 0, "0 to 1", v -> v >= 0 && v <= 1),
            number(s, "repetition-penalty", 1, "above 0", v -> v > 0),
            number(s, "presence-penalty", 0, "-2 to 2", v -> Math.abs(v) <= 2),
            number(s, "frequency-penalty", 0, "-2 to 2", v -> Math.abs(v) <= 2),
            (int) whole(s, "max-tokens", 256, 1, NO_LIMIT),
            (int) whole(s, "min-tokens", 0, 0, NO_LIMIT),
            taken(s, "stop") ? List.of() : s.texts("stop"),
            taken(s, "stop-token-ids") ? List.of() : stopTokenIds(s),
            whole(s, "seed", 0, Long.MIN_VALUE, Long.MAX_VALUE),
            (int) s.whole("n", 1, 1, 1024),
            (int) s.whole("beam-width", 0, 0, 1024),
            !taken(s, "ignore-eos") && s.flag("ignore-eos", false),
            columns);
    s.finish();
    return sampling;
  }

  private List<Integer> stopTokenIds(YamlSection section) {
    List<Integer> ids = new ArrayList<>();
    for (String text : section.texts("stop-token-ids")) {
      if (text.matches("\\d{1,9}")) {
        ids.add(Integer.valueOf(text));
      } else {
        section.report("stop-token-ids", "must hold token ids, holds '" + text + "'");
      }
    }
    return ids;
  }

  private double number(
      YamlSection s,
      String key,
      double otherwise,
      String range,
      java.util.function.DoublePredicate allowed) {
    return taken(s, key) ? otherwise : s.number(key, otherwise, range, allowed);
  }

  private long whole(YamlSection s, String key, long otherwise, long least, long most) {
    return taken(s, key) ? otherwise : s.whole(key, otherwise, least, most);
  }

  private boolean taken(YamlSection section, String key) {
    String column = section.fromColumn(key);
    if (column != null) {
      columns.put(key, column);
    }
    return column != null;
  }
}
