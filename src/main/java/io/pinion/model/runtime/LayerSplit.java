package io.pinion.model.runtime;

import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.model.decoder.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a model's layers into stages whose largest takes as few bytes as can be. The first stage has
 * the embedding, too, and the last one the output matrix, which together may weigh as much as
 * several layers.
 */
final class LayerSplit {
  private LayerSplit() {}

  /** The stages of a model, one for each of the layout's devices. */
  static List<Stage> of(ModelConfig config, ModelLayout layout) {
    int count = layout.devices().size();
    long[] bytes = bytes(config, layout);
    int[] ends = ends(bytes, count);
    List<Stage> stages = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      stages.add(new Stage(i == 0 ? 0 : ends[i - 1], ends[i], i == 0, i == count - 1));
    }
    return stages;
  }

  /** By layer, the bytes of its weights, with those before the first and after the last. */
  private static long[] bytes(ModelConfig config, ModelLayout layout) {
    Decoder decoder = DecoderFamilies.decoder(config);
    int layers = config.layers();
    long[] bytes = new long[layers];
    for (int i = 0; i < layers; i++) {
      Stage stage = new Stage(i, i + 1, i == 0, i == layers - 1);
      DecoderSource source =
          DecoderSource.write(
              decoder, stage, layout.type(), layout.matrices(), layout.kernels(), false);
      bytes[i] = source.weights().stream().mapToLong(spec -> bytes(spec, layout)).sum();
    }
    return bytes;
  }

  private static long bytes(WeightSpec spec, ModelLayout layout) {
    boolean int8 = layout.matrices() == MatrixFormat.INT8 && spec.kind() == WeightSpec.Kind.MATRIX;
    long rows = spec.parts().stream().mapToLong(WeightSpec.Part::rows).sum();
    return rows * Math.max(1, spec.columns()) * (int8 ? 1 : layout.type().blockBytes());
  }

  /**
   * By stage, the layer after its last. The largest stage is as small as can be, by the usual
   * recursion over how many layers the first stages have.
   */
  static int[] ends(long[] bytes, int stages) {
    int layers = bytes.length;
    long[] sums = new long[layers + 1];
    for (int i = 0; i < layers; i++) {
      sums[i + 1] = sums[i] + bytes[i];
    }
    long[] largest = new long[layers + 1];
    Arrays.fill(largest, Long.MAX_VALUE);
    largest[0] = 0;
    int[][] from = new int[stages][layers + 1];
    for (int stage = 0; stage < stages; stage++) {
      long[] next = new long[layers + 1];
      Arrays.fill(next, Long.MAX_VALUE);
      for (int end = stage + 1; end <= layers; end++) {
        for (int begin = stage; begin < end; begin++) {
          long here = Math.max(largest[begin], sums[end] - sums[begin]);
          if (here < next[end]) {
            next[end] = here;
            from[stage][end] = begin;
          }
        }
      }
      largest = next;
    }
    int[] ends = new int[stages];
    int end = layers;
    for (int stage = stages - 1; stage >= 0; stage--) {
      ends[stage] = end;
      end = from[stage][end];
    }
    return ends;
  }
}
