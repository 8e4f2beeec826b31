package io.pinion.spark;

import io.pinion.guide.Guide;
import io.pinion.guide.Guides;
import io.pinion.guide.error.GuideException;
import io.pinion.setting.Setting;
import io.pinion.setting.SettingValues;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.ColumnText;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.column.ParsedColumn;
import io.pinion.spark.task.MessagesColumn;
import io.pinion.spark.task.SamplingColumn;
import io.pinion.spark.task.SettingConflicts;
import io.pinion.spark.task.TaskOptions;
import io.pinion.spark.task.TaskOptions.GuideSource;
import io.pinion.spark.task.TaskSetting;
import io.pinion.text.Vocabulary;
import io.pinion.text.template.PromptTemplate;
import io.pinion.text.template.TemplateException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Finds every problem with a generator's parameters, both among themselves and against the schema
 * of the input, before anything runs.
 */
final class InputCheck {
  private final TextGeneratorParams<?> params;
  private final Function<Setting, String> name;
  private final SettingValues values;
  private final StructType schema;
  private final List<String> problems = new ArrayList<>();

  /**
   * @param name the name of a setting in the messages
   */
  InputCheck(TextGeneratorParams<?> params, StructType schema, Function<Setting, String> name) {
    this.params = params;
    this.name = name;
    this.values = params.values();
    this.schema = schema;
  }

  List<String> problems() {
    if (params.getModelUrl() == null) {
      problems.add(name(TaskSetting.URI) + " is not set: name a GGUF file or a model directory");
    }
    problems.addAll(values.problems(TextGeneratorParams.SETTINGS, name));
    problems.addAll(SettingConflicts.of(values, name));
    distinctColumns();
    promptSource();
    TaskOptions.samplingColumns(values).forEach(this::samplingColumn);
    guideColumn();
    if (params.getIdCol() != null) {
      textColumn(name(TaskSetting.ID_COLUMN), params.getIdCol());
    }
    outputColumns();
    return problems;
  }

  private void promptSource() {
    long sources =
        Stream.of(
                TaskSetting.INPUT_COLUMN, TaskSetting.MESSAGES_COLUMN, TaskSetting.PROMPT_TEMPLATE)
            .filter(setting -> values.get(setting) != null)
            .count();
    if (sources != 1) {
      problems.add(
          "set exactly one of %s, %s and %s; %d are set"
              .formatted(
                  name(TaskSetting.INPUT_COLUMN),
                  name(TaskSetting.MESSAGES_COLUMN),
                  name(TaskSetting.PROMPT_TEMPLATE),
                  sources));
    }
    if (params.getInputCol() != null) {
      textColumn(name(TaskSetting.INPUT_COLUMN), params.getInputCol());
    }
    if (params.getMessagesCol() != null && params.getSystem() != null) {
      problems.add(
          "system needs inputCol or promptTemplate; put a system message into messagesCol");
    }
    messages();
    template();
  }

  private void messages() {
    String column = params.getMessagesCol();
    String setting = name(TaskSetting.MESSAGES_COLUMN);
    if (column == null) {
      return;
    }
    type(setting, column)
        .flatMap(MessagesColumn::problem)
        .ifPresent(problem -> problems.add(setting + " '" + column + "' " + problem));
  }

  private void template() {
    if (params.getPromptTemplate() == null) {
      return;
    }
    try {
      new LinkedHashSet<>(PromptTemplate.parse(params.getPromptTemplate()).columns())
          .forEach(column -> textColumn(name(TaskSetting.PROMPT_TEMPLATE), column));
    } catch (TemplateException e) {
      problems.add(e.getMessage());
    }
  }

  private void samplingColumn(SamplingColumn sampling) {
    String setting = name(TaskSetting.SAMPLING_COLUMNS) + " ";
    type(setting + sampling.parameter().key(), sampling.column())
        .flatMap(sampling::problem)
        .ifPresent(problem -> problems.add(setting + problem));
  }

  private void guideColumn() {
    String column = params.getGuideCol();
    String setting = name(TaskSetting.GUIDE_COLUMN);
    if (column != null) {
      type(setting, column)
          .filter(type -> !(type instanceof StringType))
          .ifPresent(
              type ->
                  problems.add(
                      "%s '%s' must have type string, has type %s: read it as STRING (input.schema), or wrap it in to_json"
                          .formatted(setting, column, type.simpleString())));
    }
    boolean typed = params.getOutputType() != null;
    if (typed && (params.getGuide() != null || column != null)) {
      problems.add(name(TaskSetting.OUTPUT_TYPE) + " is itself a guide: set no other beside it");
    }
    if (params.getStop().length > 0 && (params.getGuide() != null || column != null || typed)) {
      problems.add("stop cannot go with a guide, which itself defines where the text ends");
    }
  }

  private void textColumn(String parameter, String name) {
    type(parameter, name)
        .filter(ColumnText::hasBytes)
        .ifPresent(
            type ->
                problems.add(
                    "%s: the column '%s' has type %s, and bytes are no text: decode them, as in CAST(x AS STRING)"
                        .formatted(parameter, name, type.simpleString())));
  }

  /** The type of the column or field that a parameter names; reports it if there is none. */
  private Optional<DataType> type(String parameter, String name) {
    boolean sensitive = SQLConf.get().caseSensitiveAnalysis();
    Optional<DataType> type = ColumnPath.find(schema, name, sensitive).map(ColumnPath::type);
    if (type.isEmpty()) {
      String missing =
          ColumnPath.missingField(schema, name, sensitive)
              .orElseGet(() -> "there is no column '" + name + "'; " + columns());
      problems.add(parameter + ": " + missing);
    }
    return type;
  }

  /** Spark cannot tell columns of one name apart. */
  private void distinctColumns() {
    Map<String, String> seen = new TreeMap<>(nameOrder());
    for (String column : schema.fieldNames()) {
      String other = seen.put(column, column);
      if (column.equals(other)) {
        problems.add("the input has two columns '" + column + "': rename one");
      } else if (other != null) {
        problems.add(
            "the input has the columns '%s' and '%s', whose names are one to Spark while spark.sql.caseSensitive is false: rename one"
                .formatted(other, column));
      }
    }
  }

  private static Comparator<String> nameOrder() {
    return SQLConf.get().caseSensitiveAnalysis()
        ? Comparator.naturalOrder()
        : String.CASE_INSENSITIVE_ORDER;
  }

  /** What columns there are, and why they may not be those that were expected. */
  private String columns() {
    List<String> names = List.of(schema.fieldNames());
    if (names.isEmpty()) {
      return "there are none, as in a file without rows, whose columns Spark cannot tell: name them"
          + " in input.schema";
    }
    String found = "there are " + String.join(", ", names);
    if (names.equals(List.of("_corrupt_record"))) {
      return found + ", since no line could be read as JSON";
    }
    return names.get(0).equals("_c0")
        ? found + ": if the first line has their names, set input.options {header: true}"
        : found;
  }

  private String name(Setting setting) {
    return name.apply(setting);
  }

  private void outputColumns() {
    if (params.outputNames().nested() && !params.getOutputPrefix().isEmpty()) {
      problems.add(
          "%s and %s exclude each other: set only one of them"
              .formatted(name(TaskSetting.OUTPUT_PREFIX), name(TaskSetting.OUTPUT_STRUCT)));
    }
    OutputColumns added =
        new OutputColumns(
            params.getOutputCol(),
            false,
            List.of(params.getInclude()),
            parsed(),
            params.outputNames());
    Set<String> names = new TreeSet<>(nameOrder());
    names.addAll(List.of(schema.fieldNames()));
    for (StructField field : added.fields()) {
      if (names.contains(field.name())) {
        problems.add(
            "the input already has a column '"
                + field.name()
                + "', which generation adds: rename it, or set "
                + name(TaskSetting.OUTPUT_PREFIX));
      }
    }
    names.clear();
    for (StructField field : added.values()) {
      if (!names.add(field.name())) {
        problems.add(
            "generation adds two columns '"
                + field.name()
                + "': set another outputCol or parsedCol (guide.parsed-column)");
      }
    }
  }

  /**
   * The parsed column, or {@code null} if there is none. Also compiles the guide, against a
   * vocabulary of single bytes, so that an invalid guide is reported before anything runs.
   */
  private ParsedColumn parsed() {
    boolean readable =
        Stream.of(TaskSetting.GUIDE_KIND, TaskSetting.PROPERTY_ORDER, TaskSetting.WHITE_SPACE)
            .allMatch(values::fits);
    if (!readable) {
      return null;
    }
    try {
      GuideSource guide = GuideSource.of(values);
      if (guide.common() != null) {
        Guide compiled = Guides.of(Vocabulary.ofBytes()).guide(guide.common());
        if (params.getCloseAtMaxTokens()) {
          compiled.start().closing();
        }
      }
      return params.parsed();
    } catch (GuideException e) {
      problems.add("guide: " + e.getMessage());
      return null;
    }
  }
}
