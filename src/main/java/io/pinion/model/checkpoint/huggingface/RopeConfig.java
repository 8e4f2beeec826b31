package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.ModelException;
import io.pinion.model.RopeScaling;
import java.nio.file.Path;

/**
 * The rotary embedding's part of a {@code config.json}: {@code rope_theta} and {@code
 * rope_scaling}, or the {@code rope_parameters} that newer files have for both.
 */
final class RopeConfig {
  private final JsonNode root;
  private final JsonNode parameters;
  private final Path path;

  RopeConfig(JsonNode root, Path path) {
    this.root = root;
    this.path = path;
    this.parameters =
        root.hasNonNull("rope_parameters")
            ? root.path("rope_parameters")
            : root.path("rope_scaling");
  }

  double theta() {
    JsonNode theta = parameters.has("rope_theta") ? parameters : root;
    return number(theta, "rope_theta", 10000);
  }

  /** The longest context, what scaling adds to it included. */
  int maxPositionEmbeddings() {
    int positions = positions();
    double scaled = positions;
    if (scaling() instanceof RopeScaling.Yarn yarn) {
      scaled = Math.max(positions, yarn.factor() * yarn.originalMaxPositionEmbeddings());
    } else if (scaling() instanceof RopeScaling.Linear linear) {
      scaled = positions * linear.factor();
    }
    return (int) Math.min(scaled, Integer.MAX_VALUE);
  }

  private int positions() {
    double value = number(root, "max_position_embeddings", Double.NaN);
    if (!(value >= 1 && value <= Integer.MAX_VALUE)) {
      throw fault("has no max_position_embeddings of 1 or more");
    }
    return (int) value;
  }

  RopeScaling scaling() {
    for (JsonNode value : parameters) {
      if (value.isObject()) {
        throw fault("has rope_parameters by layer type, which are not known");
      }
    }
    String type = parameters.path("rope_type").asText(parameters.path("type").asText("default"));
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(factor());
      case "llama3" ->
          new RopeScaling.Llama3(
              factor(),
              required("low_freq_factor"),
              required("high_freq_factor"),
              (int) required("original_max_position_embeddings"));
      case "yarn" -> yarn();
      default ->
          throw fault(
              "asks for rope scaling '" + type + "'; known are default, linear, llama3 and yarn");
    };
  }

  private RopeScaling yarn() {
    int original = (int) number(parameters, "original_max_position_embeddings", positions());
    double factor = number(parameters, "factor", positions() / (double) original);
    return new RopeScaling.Yarn(
        factor,
        number(parameters, "beta_fast", 32),
        number(parameters, "beta_slow", 1),
        original,
        attentionFactor(factor),
        parameters.path("truncate").asBoolean(true));
  }

  private double attentionFactor(double factor) {
    if (parameters.hasNonNull("attention_factor")) {
      return number(parameters, "attention_factor", 1);
    }
    double scale = number(parameters, "mscale", 0);
    double scaleAll = number(parameters, "mscale_all_dim", 0);
    if (scale != 0 && scaleAll != 0) {
      return magnitude(factor, scale) / magnitude(factor, scaleAll);
    }
    return magnitude(factor, 1);
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }

  private double factor() {
    double factor = required("factor");
    if (!(factor > 0)) {
      throw fault("has the impossible rope scaling factor " + factor);
    }
    return factor;
  }

  private double required(String key) {
    if (!parameters.hasNonNull(key)) {
      throw fault("lacks the key " + key + " in rope_scaling");
    }
    return number(parameters, key, 0);
  }

  private double number(JsonNode from, String key, double otherwise) {
    JsonNode value = from.path(key);
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.isNumber()) {
      throw fault("gives key " + key + " the value " + value + ", which is not a number");
    }
    return value.asDouble();
  }

  private ModelException fault(String what) {
    return new ModelException(path + " " + what);
  }
}
