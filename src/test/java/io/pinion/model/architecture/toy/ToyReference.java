package io.pinion.model.architecture.toy;

import static io.pinion.model.architecture.toy.ToyModel.DIM;
import static io.pinion.model.architecture.toy.ToyModel.HEADS;
import static io.pinion.model.architecture.toy.ToyModel.HIDDEN;
import static io.pinion.model.architecture.toy.ToyModel.INNER;
import static io.pinion.model.architecture.toy.ToyModel.LAYERS;
import static io.pinion.model.architecture.toy.ToyModel.VOCABULARY;

/** The toy architecture by its definition: plain loops in double precision, without a cache. */
final class ToyReference {
  private final ToyModel model;

  ToyReference(ToyModel model) {
    this.model = model;
  }

  /** The logits after each token of a sequence. */
  double[][] logits(int[] tokens) {
    double[][] states = new double[tokens.length][HIDDEN];
    for (int i = 0; i < tokens.length; i++) {
      for (int d = 0; d < HIDDEN; d++) {
        states[i][d] =
            ToyModel.SCALE * number("toy.embed.weight", tokens[i], d)
                + number("toy.positions.weight", i, d);
      }
    }
    for (int layer = 0; layer < LAYERS; layer++) {
      layer(states, "toy.blocks." + layer + ".", layer % 2 == 0 ? 10000 : 100);
    }
    for (int i = 0; i < tokens.length; i++) {
      double[] logits = new double[VOCABULARY];
      product("toy.head.weight", norm("toy.norm", states[i]), logits);
      for (int j = 0; j < VOCABULARY; j++) {
        logits[j] = 20 * Math.tanh(logits[j] / 20);
      }
      states[i] = logits;
    }
    return states;
  }

  private void layer(double[][] states, String name, double theta) {
    double[][] normed = new double[states.length][];
    for (int i = 0; i < states.length; i++) {
      normed[i] = norm(name + "norm", states[i]);
    }
    for (int i = states.length - 1; i >= 0; i--) {
      double[] attended = attention(normed, i, name + "attention.", theta);
      double[] inner = linear(name + "mlp.in", normed[i], INNER);
      for (int j = 0; j < INNER; j++) {
        double x = inner[j];
        double tanh = Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x));
        inner[j] = 0.5 * x * (1 + tanh);
      }
      double[] fed = linear(name + "mlp.out", inner, HIDDEN);
      for (int d = 0; d < HIDDEN; d++) {
        states[i][d] += attended[d] + fed[d];
      }
    }
  }

  private double[] attention(double[][] normed, int at, String name, double theta) {
    double[] query = rotated(linear(name + "query", normed[at], HEADS * DIM), at, theta);
    double[] mixed = new double[HEADS * DIM];
    for (int head = 0; head < HEADS; head++) {
      double total = 0;
      double[] sum = new double[DIM];
      for (int j = 0; j <= at; j++) {
        double[] key = rotated(linear(name + "key", normed[j], HEADS * DIM), j, theta);
        double[] value = linear(name + "value", normed[j], HEADS * DIM);
        double score = 0;
        for (int d = head * DIM; d < (head + 1) * DIM; d++) {
          score += query[d] * key[d];
        }
        double share = Math.exp(score / Math.sqrt(DIM));
        total += share;
        for (int d = 0; d < DIM; d++) {
          sum[d] += share * value[head * DIM + d];
        }
      }
      for (int d = 0; d < DIM; d++) {
        mixed[head * DIM + d] = sum[d] / total;
      }
    }
    return linear(name + "dense", mixed, HIDDEN);
  }

  private static double[] rotated(double[] heads, int position, double theta) {
    for (int head = 0; head < HEADS; head++) {
      for (int i = 0; i < DIM / 4; i++) {
        double angle = position * Math.pow(theta, -4.0 * i / DIM);
        int low = head * DIM + i;
        int high = low + DIM / 2;
        double x = heads[low];
        double y = heads[high];
        heads[low] = x * Math.cos(angle) - y * Math.sin(angle);
        heads[high] = y * Math.cos(angle) + x * Math.sin(angle);
      }
    }
    return heads;
  }

  private double[] norm(String name, double[] input) {
    double mean = java.util.Arrays.stream(input).average().orElseThrow();
    double variance =
        java.util.Arrays.stream(input).map(x -> (x - mean) * (x - mean)).average().orElseThrow();
    double[] normed = new double[HIDDEN];
    for (int d = 0; d < HIDDEN; d++) {
      normed[d] =
          (input[d] - mean)
                  / Math.sqrt(variance + ToyModel.EPSILON)
                  * number(name + ".weight", 0, d)
              + number(name + ".bias", 0, d);
    }
    return normed;
  }

  private double[] linear(String name, double[] input, int rows) {
    double[] output = new double[rows];
    for (int row = 0; row < rows; row++) {
      output[row] = number(name + ".bias", 0, row);
    }
    product(name + ".weight", input, output);
    return output;
  }

  private void product(String name, double[] input, double[] output) {
    for (int row = 0; row < output.length; row++) {
      for (int column = 0; column < input.length; column++) {
        output[row] += number(name, row, column) * input[column];
      }
    }
  }

  private double number(String name, int row, int column) {
    return model.weights.get(name)[row][column];
  }
}
