package io.pinion.spark;

import io.pinion.guide.GuideRequest;
import io.pinion.guide.Guides;
import io.pinion.guide.error.GuideException;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.column.ParsedColumn;
import io.pinion.spark.task.SamplingOverrides;
import io.pinion.text.Vocabulary;
import io.pinion.text.template.PromptTemplate;
import io.pinion.text.template.TemplateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Finds every problem of a {@link TextGenerator} with the table given to it, before anything runs.
 */
final class InputCheck {
  private static final Set<String> INCLUDE = Set.of("token_ids", "logprobs");

  private final TextGenerator generator;
  private final StructType schema;
  private final List<String> problems = new ArrayList<>();

  InputCheck(TextGenerator generator, StructType schema) {
    this.generator = generator;
    this.schema = schema;
  }

  List<String> problems() {
    parameters();
    promptSource();
    samplingColumns();
    guide();
    if (generator.getIdCol() != null) {
      column("idCol", generator.getIdCol());
    }
    outputColumns();
    return problems;
  }

  private void parameters() {
    if (generator.getModelUrl() == null) {
      problems.add("modelUrl is not set: name a GGUF file or a model directory");
    }
    oneOf("dtype", generator.getDtype(), "auto", "f32", "bf16", "f16", "int8");
    oneOf("device", generator.getDevice(), "auto", "cpu", "gpu");
    oneOf("onError", generator.getOnError(), "keep", "fail");
    atLeast("batchSize", generator.getBatchSize(), 1);
    atLeast("lookAhead", generator.getLookAhead(), 1);
    atLeast("maxModelLength", generator.getMaxModelLength(), 0);
    atLeast("threads", generator.getThreads(), 0);
    problems.addAll(generator.sampling().problems());
    for (String name : generator.getInclude()) {
      if (!INCLUDE.contains(name)) {
        problems.add("include '" + name + "' is unknown: it is one of logprobs, token_ids");
      }
    }
  }

  private void oneOf(String name, String value, String... allowed) {
    if (!List.of(allowed).contains(value)) {
      problems.add(
          name + " '" + value + "' is unknown: it is one of " + String.join(", ", allowed));
    }
  }

  private void atLeast(String name, int value, int least) {
    if (value < least) {
      problems.add(name + " must be " + least + " or more, is " + value);
    }
  }

  private void promptSource() {
    long sources =
        Stream.of(
                generator.getInputCol(), generator.getMessagesCol(), generator.getPromptTemplate())
            .filter(Objects::nonNull)
            .count();
    if (sources != 1) {
      problems.add(
          "set exactly one of inputCol, messagesCol and promptTemplate; " + sources + " are set");
    }
    if (generator.getInputCol() != null) {
      column("inputCol", generator.getInputCol());
    }
    if (generator.getMessagesCol() != null && generator.getSystem() != null) {
      problems.add(
          "system goes with inputCol or promptTemplate; put a system message into messagesCol");
    }
    messages();
    template();
  }

  private void messages() {
    String name = generator.getMessagesCol();
    if (name == null || !column("messagesCol", name)) {
      return;
    }
    DataType type = schema.apply(name).dataType();
    boolean fits =
        type instanceof ArrayType array
            && array.elementType() instanceof StructType message
            && Set.of(message.fieldNames()).containsAll(Set.of("role", "content"));
    if (!fits) {
      problems.add(
          "messagesCol '"
              + name
              + "' is "
              + type.simpleString()
              + "; array<struct<role:string,content:string>> is needed");
    }
  }

  private void template() {
    if (generator.getPromptTemplate() == null) {
      return;
    }
    try {
      new LinkedHashSet<>(PromptTemplate.parse(generator.getPromptTemplate()).columns())
          .forEach(name -> column("promptTemplate", name));
    } catch (TemplateException e) {
      problems.add(e.getMessage());
    }
  }

  private void samplingColumns() {
    generator
        .samplingColumns()
        .forEach(
            (name, column) -> {
              SamplingOverrides.Kind kind = SamplingOverrides.NAMES.get(name);
              if (kind == null) {
                problems.add(
                    "samplingCols '"
                        + name
                        + "' cannot come from a column: it is one of "
                        + String.join(
                            ", ", SamplingOverrides.NAMES.keySet().stream().sorted().toList()));
              } else if (column("samplingCols " + name, column)
                  && !kind.fits(schema.apply(column).dataType())) {
                problems.add(
                    "samplingCols "
                        + name
                        + ": column '"
                        + column
                        + "' is "
                        + schema.apply(column).dataType().simpleString()
                        + ", not "
                        + kind.words);
              }
            });
  }

  /** The guide is compiled once here, over single bytes, so that what is wrong shows at once. */
  private void guide() {
    oneOf("propertyOrder", generator.getPropertyOrder(), "schema", "any");
    if (generator.getWhiteSpace() < 0 || generator.getWhiteSpace() > 100) {
      problems.add("whiteSpace must be 0 to 100, is " + generator.getWhiteSpace());
      return;
    }
    try {
      if (generator.guideRequest() != null) {
        Guides.of(Vocabulary.ofBytes()).guide(generator.guideRequest());
      }
      if (generator.getGuideKind() != null) {
        GuideRequest.Kind.of(generator.getGuideKind());
      }
    } catch (GuideException e) {
      problems.add("guide: " + e.getMessage());
    }
    String name = generator.getGuideCol();
    if (name != null && column("guideCol", name)) {
      DataType type = schema.apply(name).dataType();
      if (!(type instanceof StringType)) {
        problems.add(
            "guideCol '"
                + name
                + "' is "
                + type.simpleString()
                + ", and must be text: read it as STRING (input.schema), or wrap it in to_json");
      }
    }
    if (generator.getStop().length > 0 && (generator.getGuide() != null || name != null)) {
      problems.add("stop cannot go with a guide, which says itself where the text ends");
    }
  }

  private boolean column(String parameter, String name) {
    if (Arrays.asList(schema.fieldNames()).contains(name)) {
      return true;
    }
    problems.add(
        parameter
            + ": there is no column '"
            + name
            + "'; there are "
            + String.join(", ", schema.fieldNames()));
    return false;
  }

  private void outputColumns() {
    OutputColumns added =
        new OutputColumns(
            generator.getOutputCol(), false, List.of(generator.getInclude()), parsed());
    for (StructField field : added.fields()) {
      if (Arrays.asList(schema.fieldNames()).contains(field.name())) {
        problems.add(
            "the input has a column '"
                + field.name()
                + "' already, which generation adds: rename it");
      }
    }
  }

  /** The parsed column's name with no type, where there will be one. */
  private ParsedColumn parsed() {
    try {
      return generator.parsed();
    } catch (GuideException e) {
      // The guide's own check has reported it.
      return null;
    }
  }
}
