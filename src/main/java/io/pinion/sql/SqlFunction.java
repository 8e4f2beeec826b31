package io.pinion.sql;

import io.pinion.generate.SamplingParameter;
import io.pinion.guide.GuideRequest.Kind;
import io.pinion.spark.plan.Generation;
import io.pinion.spark.plan.Plans;
import io.pinion.spark.task.TaskSetting;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.Seq;

/** The functions of a prompt. */
enum SqlFunction {
  PINION_GENERATE(
      null,
      "_FUNC_(prompt [, options]) - The text that the model generates for a prompt; null if it"
          + " fails."),
  PINION_EXTRACT(
      Kind.JSON_SCHEMA,
      "_FUNC_(prompt, schema [, options]) - What the model generates for a prompt as JSON that is"
          + " valid against a JSON Schema, or for columns as in CREATE TABLE, as a value of that type;"
          + " null if it fails."),
  PINION_CLASSIFY(
      Kind.CHOICE,
      "_FUNC_(prompt, labels [, options]) - The one of the labels, a constant array of strings,"
          + " that the model generates for a prompt; null if it fails."),
  PINION_RESULT(
      null,
      "_FUNC_(prompt [, options]) - All that is known of what the model generates for a prompt, as"
          + " a struct: generated_text, finish_reason, prompt_tokens, completion_tokens, error and"
          + " more.");

  private static final String PROMPT = "prompt";

  private final Kind guide;
  private final String usage;

  /**
   * @param guide the kind of the guide that is the second argument; {@code null} for none
   */
  SqlFunction(Kind guide, String usage) {
    this.guide = guide;
    this.usage = usage;
  }

  String sqlName() {
    return name().toLowerCase(Locale.ROOT);
  }

  String usage() {
    return usage;
  }

  /**
   * A call with these arguments.
   *
   * @throws IllegalArgumentException with every problem of the arguments and of the session's
   *     defaults
   */
  Expression call(Seq<Expression> arguments) {
    List<Expression> given = Plans.list(arguments);
    int most = guide == null ? 2 : 3;
    if (given.size() < most - 1 || given.size() > most) {
      throw new IllegalArgumentException(
          "%s takes %d or %d arguments, has %d: %s"
              .formatted(
                  sqlName(), most - 1, most, given.size(), usage.replace("_FUNC_", sqlName())));
    }
    SqlSettings settings = new SqlSettings(sqlName(), false);
    settings.readDefaults();
    if (given.size() == most) {
      settings.readOptions(given.get(most - 1), guide != null);
    }
    Expression prompt = given.get(0);
    settings.set(
        prompt.dataType() instanceof ArrayType
            ? TaskSetting.MESSAGES_COLUMN
            : TaskSetting.INPUT_COLUMN,
        PROMPT);
    if (guide == Kind.JSON_SCHEMA) {
      settings.readType("argument 2", settings.constant("argument 2", given.get(1)));
    } else if (guide != null) {
      settings.readGuide("argument 2", guide, settings.constant("argument 2", given.get(1)));
    }
    if (this != PINION_RESULT && !settings.isUnset(SamplingParameter.N, 1)) {
      settings.report("sampling.n must be 1: pinion_result returns several completions");
    }
    Generation generation =
        settings.generation(new StructType().add(PROMPT, prompt.dataType(), true));
    return new PinionCall(sqlName(), prompt, generation, column(generation));
  }

  private int column(Generation generation) {
    if (this == PINION_RESULT) {
      return PinionCall.ALL;
    }
    String name =
        this == PINION_EXTRACT ? generation.columns().parsed().name() : generation.columns().text();
    List<String> names = generation.columns().fields().stream().map(StructField::name).toList();
    return names.indexOf(name);
  }
}
