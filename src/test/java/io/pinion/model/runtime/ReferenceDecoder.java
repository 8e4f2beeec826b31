package io.pinion.model.runtime;

import io.pinion.model.ModelConfig;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import io.pinion.model.checkpoint.NaiveDequantizer;
import io.pinion.model.decoder.ReferenceRotary;
import java.util.HashMap;
import java.util.Map;

/**
 * The oracle for {@link TorchScriptModel}: a decoder's forward pass in double precision and plain
 * loops, one sequence at a time and without a cache, from the definition of the architecture.
 */
final class ReferenceDecoder {
  private final Checkpoint checkpoint;
  private final ModelConfig config;
  private final Map<String, float[]> numbers = new HashMap<>();

  ReferenceDecoder(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.config = checkpoint.config();
  }

  /** The logits after each token of a sequence. */
  double[][] logits(int[] tokens) {
    double[][] states = new double[tokens.length][];
    for (int i = 0; i < tokens.length; i++) {
      states[i] = row("model.embed_tokens.weight", tokens[i], config.hiddenSize());
    }
    for (int layer = 0; layer < config.layers(); layer++) {
      layer(states, layer);
    }
    String head = config.tiedEmbeddings() ? "model.embed_tokens" : "lm_head";
    for (int i = 0; i < tokens.length; i++) {
      states[i] = project(head, norm("model.norm", states[i]), config.vocabularySize(), false);
    }
    return states;
  }

  private void layer(double[][] states, int layer) {
    String prefix = "model.layers." + layer + ".";
    double[][] mixed = attention(states, layer, prefix);
    for (int i = 0; i < states.length; i++) {
      states[i] = sum(states[i], mixed[i]);
      double[] normed = norm(prefix + "post_attention_layernorm", states[i]);
      states[i] = sum(states[i], feedForward(prefix + "mlp.", normed));
    }
  }

  private double[] feedForward(String prefix, double[] input) {
    boolean bias = config.mlpBias();
    double[] gate = project(prefix + "gate_proj", input, config.intermediateSize(), bias);
    double[] up = project(prefix + "up_proj", input, config.intermediateSize(), bias);
    for (int i = 0; i < up.length; i++) {
      up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
    }
    return project(prefix + "down_proj", up, config.hiddenSize(), bias);
  }

  private double[][] attention(double[][] states, int layer, String prefix) {
    int count = states.length;
    double[][][] queries = new double[count][][];
    double[][][] keys = new double[count][][];
    double[][][] values = new double[count][][];
    for (int i = 0; i < count; i++) {
      double[] normed = norm(prefix + "input_layernorm", states[i]);
      queries[i] = rotated(heads(prefix, "q", normed, config.heads()), i);
      keys[i] = rotated(heads(prefix, "k", normed, config.keyValueHeads()), i);
      values[i] = heads(prefix, "v", normed, config.keyValueHeads());
    }
    double[][] outputs = new double[count][];
    for (int i = 0; i < count; i++) {
      double[] joined = new double[config.heads() * config.headDim()];
      for (int head = 0; head < config.heads(); head++) {
        int shared = head / (config.heads() / config.keyValueHeads());
        double[] mix = attend(queries[i][head], keys, values, shared, firstSeen(layer, i), i);
        System.arraycopy(mix, 0, joined, head * config.headDim(), config.headDim());
      }
      outputs[i] =
          project(prefix + "self_attn.o_proj", joined, config.hiddenSize(), config.outputBias());
    }
    return outputs;
  }

  private int firstSeen(int layer, int position) {
    boolean window = config.slidingWindow() > 0 && config.slidingLayers().get(layer);
    return window ? Math.max(0, position - config.slidingWindow() + 1) : 0;
  }

  private double[] attend(
      double[] query, double[][][] keys, double[][][] values, int head, int from, int to) {
    double[] scores = new double[to + 1];
    double total = 0;
    for (int j = from; j <= to; j++) {
      scores[j] = Math.exp(dot(query, keys[j][head]) / Math.sqrt(config.headDim()));
      total += scores[j];
    }
    double[] mix = new double[config.headDim()];
    for (int j = from; j <= to; j++) {
      for (int d = 0; d < mix.length; d++) {
        mix[d] += scores[j] / total * values[j][head][d];
      }
    }
    return mix;
  }

  /** A projection cut into heads; queries and keys normed where the architecture does so. */
  private double[][] heads(String prefix, String kind, double[] input, int count) {
    int width = config.headDim();
    String name = prefix + "self_attn." + kind;
    double[] all = project(name + "_proj", input, count * width, config.queryKeyValueBias());
    double[][] heads = new double[count][width];
    for (int head = 0; head < count; head++) {
      System.arraycopy(all, head * width, heads[head], 0, width);
      if (config.queryKeyNorm() && !kind.equals("v")) {
        heads[head] = norm(name + "_norm", heads[head]);
      }
    }
    return heads;
  }

  /** {@code q * cos + rotate_half(q) * sin}. */
  private double[][] rotated(double[][] heads, int position) {
    double[] frequencies = ReferenceRotary.inverseFrequencies(config);
    double scaling = ReferenceRotary.attentionScaling(config);
    int half = config.headDim() / 2;
    for (double[] head : heads) {
      for (int i = 0; i < half; i++) {
        double cosine = Math.cos(position * frequencies[i]) * scaling;
        double sine = Math.sin(position * frequencies[i]) * scaling;
        double low = head[i];
        double high = head[i + half];
        head[i] = low * cosine - high * sine;
        head[i + half] = high * cosine + low * sine;
      }
    }
    return heads;
  }

  private double[] norm(String name, double[] input) {
    double scale = Math.sqrt(dot(input, input) / input.length + config.normEpsilon());
    double[] weight = row(name + ".weight", 0, input.length);
    for (int i = 0; i < input.length; i++) {
      weight[i] *= input[i] / scale;
    }
    return weight;
  }

  private double[] project(String name, double[] input, int rows, boolean bias) {
    float[] weight = numbers(name + ".weight");
    double[] output = bias ? row(name + ".bias", 0, rows) : new double[rows];
    for (int row = 0; row < rows; row++) {
      for (int column = 0; column < input.length; column++) {
        output[row] += weight[row * input.length + column] * input[column];
      }
    }
    return output;
  }

  private double[] row(String name, int row, int length) {
    double[] values = new double[length];
    for (int i = 0; i < length; i++) {
      values[i] = numbers(name)[row * length + i];
    }
    return values;
  }

  private float[] numbers(String name) {
    return numbers.computeIfAbsent(
        name,
        key -> {
          Weight weight = checkpoint.weight(key).orElseThrow();
          var stored = checkpoint.rows(weight, 0, weight.rows());
          byte[] bytes = new byte[stored.remaining()];
          stored.get(bytes);
          return NaiveDequantizer.dequantize(weight.type(), bytes);
        });
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] sum(double[] a, double[] b) {
    double[] sum = new double[a.length];
    for (int i = 0; i < a.length; i++) {
      sum[i] = a[i] + b[i];
    }
    return sum;
  }
}
