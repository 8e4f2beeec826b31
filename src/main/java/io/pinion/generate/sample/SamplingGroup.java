package io.pinion.generate.sample;

import io.pinion.generate.SamplingParameters;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Rows of a batch whose tokens are chosen by the same operations, with their parameters in the
 * layout that these operations read.
 */
final class SamplingGroup {
  /** Number of values per row in {@link #settings}. */
  static final int SETTINGS = 5;

  /** Number of values per row in {@link #penalties}. */
  static final int PENALTIES = 3;

  /** The logarithm of probability 0, but finite in FLOAT32. */
  private static final double LOG_ZERO = -3e38;

  private final List<SamplingBatch.Row> rows;
  private final List<Integer> indexes;

  /** How a row's token is chosen. */
  private record Kind(boolean sampled, boolean penalised, boolean masked) {}

  private SamplingGroup(List<SamplingBatch.Row> rows, List<Integer> indexes) {
    this.rows = rows;
    this.indexes = indexes;
  }

  /**
   * Groups a batch's rows. Rows are in the order of their logits, so that a group with all rows can
   * use the logits without a copy.
   */
  static Collection<SamplingGroup> of(List<SamplingBatch.Row> rows) {
    Map<Kind, SamplingGroup> groups = new LinkedHashMap<>();
    IntStream.range(0, rows.size())
        .boxed()
        .sorted(Comparator.comparingInt(index -> rows.get(index).logitsRow()))
        .forEach(
            index ->
                groups.computeIfAbsent(kind(rows.get(index)), kind -> empty()).add(rows, index));
    return groups.values();
  }

  private static Kind kind(SamplingBatch.Row row) {
    return new Kind(row.isSampled(), row.isPenalised(), row.isMasked());
  }

  private static SamplingGroup empty() {
    return new SamplingGroup(new ArrayList<>(), new ArrayList<>());
  }

  private void add(List<SamplingBatch.Row> all, int index) {
    rows.add(all.get(index));
    indexes.add(index);
  }

  /** The live beams of a search. */
  static SamplingGroup of(SamplingBatch.Beams beams) {
    return new SamplingGroup(beams.rows(), List.of());
  }

  int size() {
    return rows.size();
  }

  /** The index in the batch of one of the group's rows. */
  int index(int row) {
    return indexes.get(row);
  }

  boolean isSampled() {
    return rows.get(0).isSampled();
  }

  boolean isPenalised() {
    return rows.get(0).isPenalised();
  }

  boolean isMasked() {
    return rows.get(0).isMasked();
  }

  int[] logitsRows() {
    return rows.stream().mapToInt(SamplingBatch.Row::logitsRow).toArray();
  }

  int[] penaltySlots() {
    return rows.stream().mapToInt(SamplingBatch.Row::penaltySlot).toArray();
  }

  /** The tokens that each row allows. */
  List<TokenMask> masks() {
    return rows.stream().map(SamplingBatch.Row::allowed).toList();
  }

  /** The tokens that one of the group's rows allows; {@code null} for all. */
  TokenMask allowed(int row) {
    return rows.get(row).allowed();
  }

  /** The concatenated bits of the masks. */
  ByteBuffer maskBits() {
    ByteBuffer bits = ByteBuffer.allocateDirect(size() * rows.get(0).allowed().bits().length);
    rows.forEach(row -> bits.put(row.allowed().bits()));
    return bits.flip();
  }

  /** {@code [rows, PENALTIES]}: repetition, presence, frequency. */
  double[] penalties() {
    double[] penalties = new double[PENALTIES * size()];
    for (int i = 0; i < size(); i++) {
      SamplingParameters sampling = rows.get(i).sampling();
      penalties[PENALTIES * i] = sampling.repetitionPenalty();
      penalties[PENALTIES * i + 1] = sampling.presencePenalty();
      penalties[PENALTIES * i + 2] = sampling.frequencyPenalty();
    }
    return penalties;
  }

  /** {@code [rows, SETTINGS]}: temperature, top-p, log min-p, uniform random number, top-k. */
  double[] settings(int vocabularySize) {
    double[] settings = new double[SETTINGS * size()];
    for (int i = 0; i < size(); i++) {
      SamplingParameters sampling = rows.get(i).sampling();
      double[] own = {
        sampling.temperature(),
        sampling.topP(),
        sampling.minP() == 0 ? LOG_ZERO : Math.log(sampling.minP()),
        rows.get(i).uniform(),
        Math.min(sampling.topK(), vocabularySize)
      };
      System.arraycopy(own, 0, settings, SETTINGS * i, SETTINGS);
    }
    return settings;
  }

  /** The largest top-k; 0 if no row has one. */
  int largestTopK() {
    return rows.stream().mapToInt(row -> row.sampling().topK()).max().orElse(0);
  }

  /** Whether a row has a top-p. */
  boolean hasTopP() {
    return rows.stream().anyMatch(row -> row.sampling().topP() < 1);
  }
}
