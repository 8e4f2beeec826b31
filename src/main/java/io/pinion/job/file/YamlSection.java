package io.pinion.job.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import io.pinion.setting.SettingType.Kind;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A mapping in a YAML file, read key by key. Problems are collected, not thrown, so that a user
 * sees all of them at once. Call {@link #finish} after the last key; it reports unknown keys.
 */
final class YamlSection {
  private static final int NEAR = 3;

  /** {@code ${NAME}}, {@code ${NAME:-DEFAULT}}, or {@code $${} for the two characters themselves. */
  private static final Pattern VARIABLE =
      Pattern.compile("\\$\\$\\{|\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?}");

  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

  private static final Map<String, Object> FLAGS = Map.of("true", true, "false", false);

  /** The name in messages of a collection given in place of a single value. */
  private enum Collection {
    MAPPING("a mapping"),
    LIST("a list");

    private final String words;

    Collection(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  private final String path;
  private final UnaryOperator<String> environment;
  private final List<String> problems;
  private final Map<String, Node> entries = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Set<String> known = new LinkedHashSet<>();
  private final String file;

  private YamlSection(
      String file,
      String path,
      Node node,
      UnaryOperator<String> environment,
      List<String> problems) {
    this.file = file;
    this.path = path;
    this.environment = environment;
    this.problems = problems;
    if (node instanceof MappingNode mapping) {
      mapping.getValue().forEach(this::add);
    } else if (node != null) {
      report(node, path.isEmpty() ? "the file" : path, "must be a mapping (key: value)");
    }
  }

  /**
   * The root mapping of a file.
   *
   * @param environment looks up {@code ${NAME}} in texts; returns {@code null} if it is not
   *     set @param problems receives the problems found
   */
  static YamlSection root(
      String file, Node node, UnaryOperator<String> environment, List<String> problems) {
    return new YamlSection(file, "", node, environment, problems);
  }

  private void add(NodeTuple tuple) {
    Node key = tuple.getKeyNode();
    String name = key instanceof ScalarNode scalar ? scalar.getValue() : "?";
    if (YamlJson.isMergeKey(key)) {
      report(key, at(name), YamlJson.MERGE_KEY);
      return;
    }
    if (entries.put(name, tuple.getValueNode()) != null) {
      report(key, at(name), "is given twice");
    }
    keys.put(name, key);
  }

  boolean has(String key) {
    return entries.containsKey(key) && !YamlJson.isNull(entries.get(key));
  }

  boolean isMapping(String key) {
    return entries.get(key) instanceof MappingNode;
  }

  YamlSection section(String key) {
    known.add(key);
    Node node = has(key) ? entries.get(key) : null;
    return new YamlSection(file, at(key), node, environment, problems);
  }

  String text(String key, String otherwise) {
    known.add(key);
    if (!has(key)) {
      return otherwise;
    }
    if (entries.get(key) instanceof ScalarNode scalar) {
      return expanded(scalar, key);
    }
    report(key, "must be a string");
    return otherwise;
  }

  private String expanded(ScalarNode scalar, String key) {
    Matcher matcher = VARIABLE.matcher(scalar.getValue());
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      matcher.appendReplacement(out, Matcher.quoteReplacement(variable(matcher, scalar, key)));
    }
    return matcher.appendTail(out).toString();
  }

  private String variable(Matcher matcher, ScalarNode scalar, String key) {
    String name = matcher.group(1);
    if (name == null) {
      return "${";
    }
    String value = environment.apply(name);
    if (value == null && matcher.group(2) == null) {
      report(
          scalar,
          at(key),
          "names the environment variable "
              + name
              + ", which is not set: set it, or write ${"
              + name
              + ":-DEFAULT}");
    }
    return value != null ? value : matcher.group(2) == null ? "" : matcher.group(2);
  }

  String required(String key) {
    String value = text(key, null);
    if (!has(key)) {
      problems.add(file + ": " + at(key) + " is missing");
      return "";
    }
    return value == null ? "" : value;
  }

  /** Puts a setting's value into a map if the section has one that is allowed. */
  void read(Setting setting, Map<Setting, Object> values) {
    Object value = value(setting.key(), setting.type(), null);
    if (value != null) {
      values.put(setting, value);
    }
  }

  /** A value of the given type. A list of one value may be written without brackets. */
  <T> T value(String key, SettingType<T> type, T otherwise) {
    known.add(key);
    if (!has(key)) {
      return otherwise;
    }
    int before = problems.size();
    Object value = parsed(key, type.kind());
    if (problems.size() > before) {
      return otherwise;
    }
    Optional<String> problem = type.problem(value);
    problem.ifPresent(words -> report(key, hidden(key, type).orElse(words)));
    @SuppressWarnings("unchecked")
    T typed = problem.isPresent() ? otherwise : (T) value;
    return typed;
  }

  /** The problem in words that do not tell what a variable holds, if one is in the value. */
  private Optional<String> hidden(String key, SettingType<?> type) {
    Node node = entries.get(key);
    List<Node> nodes = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    return nodes.stream()
        .filter(each -> each instanceof ScalarNode scalar && hasVariable(scalar.getValue()))
        .map(each -> ((ScalarNode) each).getValue())
        .findFirst()
        .map(text -> "must be %s, which '%s' does not give".formatted(type.words(), text));
  }

  private static boolean hasVariable(String text) {
    return VARIABLE.matcher(text).results().anyMatch(found -> found.group(1) != null);
  }

  /** The value converted to its kind. One that does not fit stays unchanged, for the message. */
  private Object parsed(String key, Kind kind) {
    Node node = entries.get(key);
    if (kind != Kind.TEXTS && kind != Kind.INTEGERS) {
      return parsed(node, key, kind);
    }
    Kind item = kind == Kind.TEXTS ? Kind.TEXT : Kind.INTEGER;
    List<Node> nodes = node instanceof SequenceNode list ? list.getValue() : List.of(node);
    return nodes.stream().map(each -> parsed(each, key, item)).toList();
  }

  private Object parsed(Node node, String key, Kind kind) {
    if (!(node instanceof ScalarNode scalar)) {
      return node instanceof MappingNode ? Collection.MAPPING : Collection.LIST;
    }
    String text = expanded(scalar, key);
    try {
      return switch (kind) {
        case DECIMAL -> DECIMAL.matcher(text).matches() ? (Object) Double.valueOf(text) : text;
        case INTEGER -> Integer.valueOf(text);
        case LONG -> Long.valueOf(text);
        case FLAG -> FLAGS.getOrDefault(text, text);
        case TEXT, TEXTS, INTEGERS -> text;
      };
    } catch (NumberFormatException e) {
      return text;
    }
  }

  /** A mapping of texts. */
  Map<String, String> map(String key) {
    YamlSection inner = section(key);
    Map<String, String> values = new LinkedHashMap<>();
    inner.entries.keySet().forEach(name -> values.put(name, inner.text(name, "")));
    return values;
  }

  /** Whether a key's value is {@code {from-column: NAME}}. */
  boolean isFromColumn(String key) {
    return entries.get(key) instanceof MappingNode mapping
        && mapping.getValue().size() == 1
        && mapping.getValue().get(0).getKeyNode() instanceof ScalarNode scalar
        && scalar.getValue().equals("from-column");
  }

  /** The value as JSON; {@code null} if there is none. */
  JsonNode json(String key) {
    known.add(key);
    return has(key)
        ? new YamlJson((node, problem) -> report(node, at(key), problem)).of(entries.get(key))
        : null;
  }

  /** The column of {@code key: {from-column: NAME}}, or {@code null} if the key holds a value. */
  String fromColumn(String key) {
    if (!(entries.get(key) instanceof MappingNode)) {
      return null;
    }
    YamlSection inner = section(key);
    String column = inner.required("from-column");
    inner.finish();
    return column;
  }

  void report(String key, String problem) {
    report(entries.get(key), at(key), problem);
  }

  private void report(Node node, String where, String problem) {
    problems.add(place(node) + ": " + where + " " + problem);
  }

  /** The file with line and column, or the {@code --set} that a node comes from. */
  private String place(Node node) {
    Optional<Mark> mark = node == null ? Optional.empty() : node.getStartMark();
    return mark.map(
            at ->
                at.getName().equals(file)
                    ? file + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1)
                    : at.getName())
        .orElse(file);
  }

  private String at(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  /** Reports keys that were never read, each with the most similar known key. */
  void finish() {
    for (Map.Entry<String, Node> entry : keys.entrySet()) {
      if (!known.contains(entry.getKey())) {
        report(entry.getValue(), at(entry.getKey()), "is unknown" + suggestion(entry.getKey()));
      }
    }
  }

  private String suggestion(String key) {
    String lower = key.toLowerCase(Locale.ROOT).replace('_', '-');
    return known.stream()
        .min(Comparator.comparingInt(name -> distance(lower, name)))
        .filter(name -> distance(lower, name) <= NEAR)
        .map(name -> "; did you mean " + name + "?")
        .orElse("; known keys are " + String.join(", ", known));
  }

  /** The edit distance: how many letters to change, add or leave out (Levenshtein 1966). */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
