package io.pinion.generate.sample;

import io.pinion.generate.SamplingParameters;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The sampler's naive twin: one row, plain loops, double precision. */
public final class ReferenceSampler {
  private ReferenceSampler() {}

  public static double[] logSoftmax(double[] logits) {
    double best = Arrays.stream(logits).max().orElseThrow();
    double sum = Arrays.stream(logits).map(x -> Math.exp(x - best)).sum();
    return Arrays.stream(logits).map(x -> x - best - Math.log(sum)).toArray();
  }

  public static double[] penalised(
      double[] logits, int[] prompt, int[] tokens, SamplingParameters s) {
    double[] out = logits.clone();
    for (int token = 0; token < out.length; token++) {
      int id = token;
      long counted = Arrays.stream(tokens).filter(t -> t == id).count();
      if (counted > 0 || Arrays.stream(prompt).anyMatch(t -> t == id)) {
        out[token] =
            out[token] > 0
                ? out[token] / s.repetitionPenalty()
                : out[token] * s.repetitionPenalty();
      }
      out[token] -= counted * s.frequencyPenalty() + (counted > 0 ? s.presencePenalty() : 0);
    }
    return out;
  }

  public static int greedy(double[] logits) {
    int best = 0;
    for (int i = 1; i < logits.length; i++) {
      best = logits[i] > logits[best] ? i : best;
    }
    return best;
  }

  /** The probabilities after temperature and filters; 0 for what is filtered out. */
  public static double[] filtered(double[] logits, SamplingParameters s) {
    double[] p = softmax(Arrays.stream(logits).map(x -> x / s.temperature()).toArray());
    int[] order =
        IntStream.range(0, p.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer i) -> -p[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    if (s.topK() > 0) {
      for (int i = s.topK(); i < order.length; i++) {
        p[order[i]] = 0;
      }
      normalise(p);
    }
    double before = 0;
    double[] kept = p.clone();
    for (int token : order) {
      if (before >= s.topP() && s.topP() < 1) {
        kept[token] = 0;
      }
      before += p[token];
    }
    normalise(kept);
    double top = kept[order[0]];
    for (int token : order) {
      if (kept[token] < s.minP() * top) {
        kept[token] = 0;
      }
    }
    normalise(kept);
    return kept;
  }

  public static int draw(double[] probabilities, double uniform) {
    double sum = 0;
    int last = 0;
    for (int i = 0; i < probabilities.length; i++) {
      sum += probabilities[i];
      if (probabilities[i] > 0) {
        last = i;
        if (sum > uniform) {
          return i;
        }
      }
    }
    return last;
  }

  private static double[] softmax(double[] logits) {
    return Arrays.stream(logSoftmax(logits)).map(Math::exp).toArray();
  }

  private static void normalise(double[] p) {
    double sum = Arrays.stream(p).sum();
    for (int i = 0; i < p.length; i++) {
      p[i] /= sum;
    }
  }
}
