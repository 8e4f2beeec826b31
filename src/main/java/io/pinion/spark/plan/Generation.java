package io.pinion.spark.plan;

import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.setting.Secrets;
import io.pinion.spark.column.OutputColumns;
import io.pinion.spark.task.TaskOptions;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * What is generated for each row of a plan. Two of them that are equal give equal rows equal
 * answers. Immutable.
 *
 * @param inputs the names by which {@code options} knows the columns that a request is made of
 */
public record Generation(TaskOptions options, OutputColumns columns, List<String> inputs)
    implements Serializable {
  public Generation {
    inputs = List.copyOf(inputs);
  }

  /** The settings that tell generations apart, in a line, for people. */
  String describe() {
    SamplingParameters sampling = options.sampling();
    GuideRequest guide = options.guide().common();
    List<String> parts = new ArrayList<>();
    parts.add("model=" + Secrets.without(options.model().uri()));
    if (guide != null) {
      parts.add("guide=" + guide.kind().key());
    }
    parts.add("max-tokens=" + sampling.maxTokens());
    if (sampling.temperature() > 0) {
      parts.add("temperature=" + sampling.temperature());
      parts.add("seed=" + sampling.seed());
    }
    return String.join(", ", parts);
  }
}
