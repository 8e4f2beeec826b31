package io.pinion.model.architecture;

import io.pinion.model.RopeScaling;
import java.util.Map;

/**
 * The rotary embedding in a {@code config.json}: {@code rope_theta} and {@code rope_scaling}, or
 * {@code rope_parameters}, which replaces both in newer files.
 *
 * @param keys all keys
 * @param parameters the keys of {@code rope_parameters} or {@code rope_scaling}
 */
record HuggingFaceRope(ConfigKeys keys, ConfigKeys parameters) {

  static HuggingFaceRope of(ConfigKeys keys) {
    ConfigKeys none = new ConfigKeys(Map.of(), "", "");
    return new HuggingFaceRope(
        keys, keys.object("rope_parameters").or(() -> keys.object("rope_scaling")).orElse(none));
  }

  double theta() {
    return (parameters.has("rope_theta") ? parameters : keys).number("rope_theta", 10000);
  }

  /** The longest context after scaling, in tokens. */
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
    return keys.size("max_position_embeddings");
  }

  RopeScaling scaling() {
    if (parameters.values().stream().anyMatch(Map.class::isInstance)) {
      throw keys.fault("has rope_parameters by layer type, which its family does not support");
    }
    String type = parameters.text("rope_type").or(() -> parameters.text("type")).orElse("default");
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(parameters.positive("factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              parameters.positive("factor"),
              parameters.positive("low_freq_factor"),
              parameters.positive("high_freq_factor"),
              parameters.size("original_max_position_embeddings"));
      case "yarn" -> yarn();
      default ->
          throw keys.fault(
              "asks for rope scaling '"
                  + type
                  + "'; supported are default, linear, llama3 and yarn");
    };
  }

  private RopeScaling yarn() {
    int original = parameters.size("original_max_position_embeddings", positions());
    double factor = parameters.positive("factor", positions() / (double) original);
    return new RopeScaling.Yarn(
        factor,
        parameters.number("beta_fast", 32),
        parameters.number("beta_slow", 1),
        original,
        attentionFactor(factor),
        parameters.flag("truncate", true));
  }

  private double attentionFactor(double factor) {
    if (parameters.has("attention_factor")) {
      return parameters.number("attention_factor", 1);
    }
    double scale = parameters.number("mscale", 0);
    double scaleAll = parameters.number("mscale_all_dim", 0);
    if (scale != 0 && scaleAll != 0) {
      return magnitude(factor, scale) / magnitude(factor, scaleAll);
    }
    return magnitude(factor, 1);
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }
}
