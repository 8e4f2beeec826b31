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
    return (parameters.has("rope_theta") ? parameters : keys).positive("rope_theta", 10000);
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
      case "llama3" -> llama3();
      case "yarn" -> yarn();
      default ->
          throw keys.fault(
              "asks for rope scaling '"
                  + type
                  + "'; supported are default, linear, llama3 and yarn");
    };
  }

  private RopeScaling llama3() {
    double low = parameters.positive("low_freq_factor");
    double high = parameters.positive("high_freq_factor");
    if (low >= high) {
      throw keys.fault(
          "has low_freq_factor " + low + ", which is not below high_freq_factor " + high);
    }
    return new RopeScaling.Llama3(
        parameters.positive("factor"),
        low,
        high,
        parameters.size("original_max_position_embeddings"));
  }

  private RopeScaling yarn() {
    int original = parameters.size("original_max_position_embeddings", positions());
    double factor = parameters.positive("factor", positions() / (double) original);
    return new RopeScaling.Yarn(
        factor,
        parameters.positive("beta_fast", 32),
        parameters.positive("beta_slow", 1),
        original,
        attentionFactor(factor),
        parameters.flag("truncate", true));
  }

  private double attentionFactor(double factor) {
    if (parameters.has("attention_factor")) {
      return parameters.positive("attention_factor");
    }
    double scale = notNegative("mscale");
    double scaleAll = notNegative("mscale_all_dim");
    if (scale != 0 && scaleAll != 0) {
      return magnitude(factor, scale) / magnitude(factor, scaleAll);
    }
    return magnitude(factor, 1);
  }

  private double notNegative(String key) {
    double value = parameters.number(key, 0);
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw parameters.impossible(key, value);
    }
    return value;
  }

  private static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
  }
}
