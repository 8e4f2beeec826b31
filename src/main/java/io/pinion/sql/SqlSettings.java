package io.pinion.sql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.pinion.generate.SamplingParameter;
import io.pinion.guide.GuideRequest.Kind;
import io.pinion.guide.json.schema.ExactJson;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingType;
import io.pinion.spark.TextGenerator;
import io.pinion.spark.column.ColumnText;
import io.pinion.spark.plan.Generation;
import io.pinion.spark.task.TaskSetting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import scala.jdk.javaapi.CollectionConverters;

/**
 * The settings of one call: defaults of the session, then the call's options. A setting is named by
 * its path in the job file (sampling.max-tokens) or its parameter of the transformer (maxTokens).
 * Problems are collected, so that a user sees all of them at once. Not thread-safe.
 */
final class SqlSettings {
  /** How many letters a name may differ by from the one that is suggested for it. */
  private static final int NEAR = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Settings that name columns, of which a function of a prompt has none. */
  private static final Set<TaskSetting> OF_TABLES =
      Set.of(
          TaskSetting.INPUT_COLUMN,
          TaskSetting.ID_COLUMN,
          TaskSetting.OUTPUT_COLUMN,
          TaskSetting.OUTPUT_PREFIX,
          TaskSetting.OUTPUT_STRUCT,
          TaskSetting.MESSAGES_COLUMN,
          TaskSetting.PROMPT_TEMPLATE,
          TaskSetting.GUIDE_COLUMN,
          TaskSetting.GUIDE_KIND,
          TaskSetting.PARSED_COLUMN,
          TaskSetting.SAMPLING_COLUMNS);

  private static final Map<String, Setting> BY_NAME = byName();
  private static final Map<String, Kind> GUIDES = guides();

  private final String function;
  private final boolean table;
  private final Map<Setting, Object> values = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @param table whether the function reads a table, whose columns settings may name
   */
  SqlSettings(String function, boolean table) {
    this.function = function;
    this.table = table;
  }

  private static Map<String, Setting> byName() {
    Map<String, Setting> names = new TreeMap<>();
    Stream.<Setting>concat(
            Arrays.stream(TaskSetting.values()), Arrays.stream(SamplingParameter.values()))
        .forEach(
            setting -> {
              names.put(setting.parameter(), setting);
              names.put(name(setting), setting);
            });
    return names;
  }

  private static Map<String, Kind> guides() {
    return Arrays.stream(Kind.values())
        .collect(Collectors.toMap(kind -> "guide." + kind.key().replace('_', '-'), kind -> kind));
  }

  /** The name of a setting in messages. */
  private static String name(Setting setting) {
    return setting.key() == null ? setting.parameter() : setting.path();
  }

  void set(Setting setting, Object value) {
    values.put(setting, value);
  }

  boolean isUnset(Setting setting, Object otherwise) {
    return values.getOrDefault(setting, otherwise).equals(otherwise);
  }

  void report(String problem) {
    problems.add(problem);
  }

  /** Reads the session's defaults; those that name columns are for tables alone. */
  void readDefaults() {
    Set<String> sections =
        BY_NAME.values().stream()
            .map(Setting::section)
            .filter(section -> section != null && !section.isEmpty())
            .collect(Collectors.toSet());
    // Not SQLConf.get, which has none of them while Spark reads the text of a view.
    CollectionConverters.asJava(SparkSession.active().conf().getAll())
        .forEach(
            (key, value) -> {
              String name =
                  key.startsWith(TaskSetting.CONFIGURATION)
                      ? key.substring(TaskSetting.CONFIGURATION.length())
                      : "";
              if (isKnown(name)) {
                readDefault(key, name, value);
              } else if (sections.contains(name.split("\\.", 2)[0])) {
                report(unknown(TaskSetting.CONFIGURATION, name));
              }
            });
  }

  private void readDefault(String key, String name, String value) {
    if (table || !isOfTables(name)) {
      read(key, name, TextNode.valueOf(value));
    }
  }

  /**
   * Reads the options of a call.
   *
   * @param guided whether the guide is an argument of its own
   */
  void readOptions(Expression options, boolean guided) {
    boolean known =
        options.dataType() instanceof StringType
            || options.dataType() instanceof StructType
            || options.dataType() instanceof MapType map && map.keyType() instanceof StringType;
    if (!known) {
      report(
          "options must be a map of strings, a struct or a JSON string, has type "
              + options.dataType().simpleString());
      return;
    }
    JsonNode value = constant("options", options);
    if (value.isTextual()) {
      value = parsed("options", value.textValue());
    }
    if (value.isObject()) {
      value.properties().forEach(option -> readOption(option.getKey(), option.getValue(), guided));
    } else if (!value.isMissingNode()) {
      report("options must be a JSON object, is " + value);
    }
  }

  private void readOption(String name, JsonNode value, boolean guided) {
    if (!isKnown(name)) {
      if (value.isObject()
          && BY_NAME.keySet().stream().anyMatch(key -> key.startsWith(name + "."))) {
        value
            .properties()
            .forEach(part -> readOption(name + "." + part.getKey(), part.getValue(), guided));
      } else {
        report(unknown("", name));
      }
    } else if (!table && isOfTables(name)) {
      report(name + " is for " + PinionTable.NAME + ": a prompt has no columns");
    } else if (guided && (GUIDES.containsKey(name) || BY_NAME.get(name) == TaskSetting.GUIDE)) {
      report(name + " cannot be set: the second argument is the guide");
    } else {
      read(name, name, value);
    }
  }

  private static boolean isKnown(String name) {
    return BY_NAME.containsKey(name) || GUIDES.containsKey(name);
  }

  private static boolean isOfTables(String name) {
    return BY_NAME.get(name) instanceof TaskSetting setting && OF_TABLES.contains(setting);
  }

  /**
   * What is said of a name that no setting has.
   *
   * @param prefix what stands before the name
   */
  private static String unknown(String prefix, String name) {
    Set<String> known = new TreeSet<>(GUIDES.keySet());
    BY_NAME.values().forEach(setting -> known.add(name(setting)));
    return prefix
        + name
        + " is unknown; "
        + Stream.concat(known.stream(), BY_NAME.keySet().stream())
            .min(Comparator.comparingInt(each -> distance(name, each)))
            .filter(nearest -> distance(name, nearest) <= NEAR)
            .map(nearest -> "did you mean " + prefix + nearest + "?")
            .orElse("known are " + String.join(", ", known));
  }

  private static int distance(String some, String other) {
    return UTF8String.fromString(some).levenshteinDistance(UTF8String.fromString(other));
  }

  /**
   * The value of a constant; missing if it is not one, which is a problem.
   *
   * @param what the name of the value in messages
   */
  JsonNode constant(String what, Expression expression) {
    if (!expression.foldable()) {
      report(what + " must be constant, is " + expression.sql());
      return JsonNodeFactory.instance.missingNode();
    }
    Object value = expression.eval(InternalRow.empty());
    return value == null
        ? JsonNodeFactory.instance.objectNode()
        : JSON.valueToTree(
            ColumnText.plain(CatalystTypeConverters.convertToScala(value, expression.dataType())));
  }

  private JsonNode parsed(String what, String text) {
    try {
      return ExactJson.read(text);
    } catch (JsonProcessingException e) {
      report(what + " is not valid JSON: " + e.getOriginalMessage());
      return JsonNodeFactory.instance.missingNode();
    }
  }

  /**
   * Reads a value, which may be a text in place of what it spells.
   *
   * @param key what the user wrote
   */
  private void read(String key, String name, JsonNode value) {
    if (GUIDES.containsKey(name)) {
      readGuide(key, GUIDES.get(name), value);
      return;
    }
    Setting setting = BY_NAME.get(name);
    Object typed = typed(value, setting.type().kind());
    setting
        .type()
        .problem(typed)
        .ifPresentOrElse(problem -> report(key + " " + problem), () -> set(setting, typed));
  }

  /** Reads the type of an answer: a JSON Schema, or columns as in {@code CREATE TABLE}. */
  void readType(String key, JsonNode value) {
    if (value.isTextual()
        && !value.textValue().strip().matches("(?s)[{\\[\"].*|true|false|null|")) {
      set(TaskSetting.OUTPUT_TYPE, value.textValue());
    } else {
      readGuide(key, Kind.JSON_SCHEMA, value);
    }
  }

  /** Reads a guide of a kind, which may be a text that holds its JSON. */
  void readGuide(String key, Kind kind, JsonNode value) {
    JsonNode guide = value.isTextual() && takesJson(kind) ? parsed(key, value.textValue()) : value;
    if (!guide.isMissingNode()) {
      JsonNode request = JsonNodeFactory.instance.objectNode().set(kind.key(), guide);
      set(TaskSetting.GUIDE, request.toString());
    }
  }

  private static boolean takesJson(Kind guide) {
    return guide.isJson() || guide == Kind.CHOICE;
  }

  /** A value of a kind. One that does not fit stays as it is, for the message. */
  private static Object typed(JsonNode value, SettingType.Kind kind) {
    return switch (kind) {
      case TEXTS -> items(value).map(item -> typed(item, SettingType.Kind.TEXT)).toList();
      case INTEGERS -> items(value).map(item -> typed(item, SettingType.Kind.INTEGER)).toList();
      case TEXT -> value.isValueNode() ? value.asText() : value.toString();
      default -> kind.read(value.asText());
    };
  }

  private static Stream<JsonNode> items(JsonNode value) {
    JsonNode list = value;
    if (value.isTextual() && value.textValue().startsWith("[")) {
      try {
        list = ExactJson.read(value.textValue());
      } catch (JsonProcessingException e) {
        return Stream.of(value);
      }
    }
    List<JsonNode> items = new ArrayList<>();
    if (list.isArray()) {
      list.forEach(items::add);
    } else {
      items.add(list);
    }
    return items.stream();
  }

  /**
   * What these settings generate from rows of a schema.
   *
   * @throws IllegalArgumentException with all problems
   */
  Generation generation(StructType schema) {
    if (problems.isEmpty()) {
      TextGenerator generator = new TextGenerator();
      values.forEach(generator::set);
      try {
        return generator.generation(schema, SqlSettings::name);
      } catch (IllegalArgumentException e) {
        report(e.getMessage());
      }
    }
    throw new IllegalArgumentException(
        function + ": " + String.join("\n", new LinkedHashSet<>(problems)));
  }
}
