package io.pinion.model.runtime;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.Rotary;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import io.pinion.model.decoder.DecoderSource;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.model.decoder.Stage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares the weights that a decoder needs with the tensors that its files have, by their headers,
 * before any is loaded. A tensor that nothing reads is refused too: the model would generate texts,
 * but not those it was made for.
 */
public final class WeightCheck {
  private static final String OWN_HEAD = "lm_head.weight";
  private static final int SHOWN = 4;
  private static final long CHUNK_BYTES = 64L << 20;

  private final Checkpoint checkpoint;
  private final Set<String> unread;

  private WeightCheck(Checkpoint checkpoint) {
    this.checkpoint = checkpoint;
    this.unread = new TreeSet<>(checkpoint.tensors());
  }

  /**
   * Checks a model's files.
   *
   * @throws ModelException if a weight is missing or has another shape than the configuration
   *     requires, if a tensor is not read, or if positions have no rotary angles
   */
  public static void check(Checkpoint checkpoint) {
    ModelConfig config = checkpoint.config();
    Decoder decoder = DecoderFamilies.decoder(config);
    WeightCheck check = new WeightCheck(checkpoint);
    check.rotaries(decoder);
    check.weights(decoder);
    check.head(decoder);
    if (!check.unread.isEmpty()) {
      throw new ModelException(
          checkpoint.origin()
              + " has "
              + shown(check.unread, "tensor")
              + " that the architecture "
              + config.architecture()
              + " does not read. It is another kind of model, perhaps one that embeds or classifies"
              + " texts, or its configuration does not belong to it");
    }
  }

  private void rotaries(Decoder decoder) {
    for (Rotary rotary : decoder.layer().attention().rotaries()) {
      double[] angles = rotary.frequencies(decoder.config().maxPositionEmbeddings());
      boolean sound =
          Arrays.stream(angles).allMatch(angle -> angle >= 0 && angle < Double.POSITIVE_INFINITY)
              && rotary.amplitude() > 0
              && rotary.amplitude() < Double.POSITIVE_INFINITY;
      if (!sound) {
        throw new ModelException(
            checkpoint.origin()
                + " gives the rotary embedding angles that are no numbers: check the base frequency"
                + " and the scaling (rope_theta, rope_scaling) in its configuration");
      }
    }
  }

  private void weights(Decoder decoder) {
    Stage all = new Stage(0, decoder.config().layers(), true, true);
    DecoderSource source =
        DecoderSource.write(decoder, all, TensorType.F32, MatrixFormat.PLAIN, false, false);
    Set<String> missing = new TreeSet<>();
    for (WeightSpec spec : source.weights()) {
      for (WeightSpec.Part part : spec.parts()) {
        unread.remove(checkpoint.tensor(part.name()));
        if (checkpoint.weight(part.name()).isEmpty()) {
          missing.add(part.name());
        }
      }
    }
    if (missing.equals(Set.of(OWN_HEAD))) {
      throw new ModelException(
          checkpoint.origin()
              + " has no output matrix ("
              + checkpoint.tensor(OWN_HEAD)
              + "), but its configuration says that the embedding is not used for it"
              + " (tie_word_embeddings false). Correct the configuration, or download the model"
              + " again");
    }
    if (!missing.isEmpty()) {
      throw new ModelException(
          checkpoint.origin() + " lacks " + shown(missing, "weight") + " of its architecture");
    }
    for (WeightSpec spec : source.weights()) {
      for (WeightSpec.Part part : spec.parts()) {
        found(checkpoint, part, spec.columns());
      }
    }
  }

  /** A copy of the embedding is allowed as the output matrix of a model that ties them. */
  private void head(Decoder decoder) {
    String own = checkpoint.tensor(OWN_HEAD);
    if (!unread.contains(own)) {
      return;
    }
    String embedding = decoder.head().matrix().matrix().parts().get(0).name();
    Optional<Weight> head = checkpoint.weight(OWN_HEAD);
    Optional<Weight> table = checkpoint.weight(embedding);
    if (head.isEmpty() || table.isEmpty() || !equal(head.get(), table.get())) {
      throw new ModelException(
          checkpoint.origin()
              + " has an output matrix of its own ("
              + own
              + "), but its configuration says that the embedding is used for it"
              + " (tie_word_embeddings true). One of them is wrong: correct the configuration, or"
              + " remove the matrix");
    }
    unread.remove(own);
  }

  private boolean equal(Weight one, Weight other) {
    boolean alike =
        one.rows() == other.rows()
            && one.columns() == other.columns()
            && one.vector() == other.vector()
            && one.type() == other.type();
    long rowBytes =
        Math.max(1, one.columns() / one.type().blockElements() * one.type().blockBytes());
    long step = Math.max(1, CHUNK_BYTES / rowBytes);
    for (long from = 0; alike && from < one.rows(); from += step) {
      long to = Math.min(one.rows(), from + step);
      alike = checkpoint.rows(one, from, to).equals(checkpoint.rows(other, from, to));
    }
    return alike;
  }

  private static String shown(Set<String> names, String what) {
    List<String> first = new ArrayList<>(names).subList(0, Math.min(SHOWN, names.size()));
    return names.size()
        + " "
        + what
        + (names.size() == 1 ? " (" : "s (")
        + String.join(", ", first)
        + (names.size() > SHOWN ? ", ...)" : ")");
  }

  /**
   * A weight of a checkpoint.
   *
   * @param columns number of elements per row; 0 for a vector
   * @throws ModelException if it is missing or has the wrong shape
   */
  static Weight found(Checkpoint checkpoint, WeightSpec.Part part, long columns) {
    Weight weight =
        checkpoint
            .weight(part.name())
            .orElseThrow(
                () ->
                    new ModelException(
                        "weight " + part.name() + " is missing from " + checkpoint.origin()));
    boolean fits =
        columns == 0
            ? weight.vector() && weight.columns() == part.rows()
            : !weight.vector() && weight.rows() == part.rows() && weight.columns() == columns;
    if (!fits) {
      String found =
          weight.vector()
              ? "[" + weight.columns() + "]"
              : "[" + weight.rows() + ", " + weight.columns() + "]";
      String wanted =
          columns == 0 ? "[" + part.rows() + "]" : "[" + part.rows() + ", " + columns + "]";
      throw new ModelException(
          "weight "
              + part.name()
              + " of "
              + checkpoint.origin()
              + " has shape "
              + found
              + ", but the configuration requires "
              + wanted);
    }
    return weight;
  }
}
