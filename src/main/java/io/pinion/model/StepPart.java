package io.pinion.model;

import io.pinion.model.LanguageModel.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of some neighbouring slots of a step laid end to end, as {@link DecoderSource} reads
 * them.
 *
 * @param ends where the tokens stand whose logits are wanted
 * @param firstOutput which row of the step's logits is this part's first
 * @param outputs how many rows of them it has
 */
record StepPart(
    long[] tokenIds,
    long[] positions,
    long[] slots,
    long[] ends,
    int firstOutput,
    int outputs,
    AttentionGroup.Plan plan) {

  /** A step in one part. */
  static StepPart whole(Step step) {
    return split(step, 1).get(0);
  }

  /** A step in at most so many parts with about as many tokens each. */
  static List<StepPart> split(Step step, int most) {
    List<StepPart> parts = new ArrayList<>();
    int slots = step.counts().length;
    int from = 0;
    int token = 0;
    int output = 0;
    for (int part = 0; part < most && from < slots; part++) {
      long until = (long) step.tokenIds().length * (part + 1) / most;
      int to = from;
      int end = token;
      while (to < slots && (to == from || end + step.counts()[to] / 2 < until)) {
        end += step.counts()[to++];
      }
      to = part == most - 1 ? slots : to;
      StepPart next = part(step, from, to, token, output);
      parts.add(next);
      from = to;
      token += next.tokenIds.length;
      output += next.outputs;
    }
    return parts;
  }

  private static StepPart part(Step step, int from, int to, int firstToken, int firstOutput) {
    int[] counts = Arrays.copyOfRange(step.counts(), from, to);
    int[] starts = Arrays.copyOfRange(step.starts(), from, to);
    int tokens = Arrays.stream(counts).sum();
    long[] positions = new long[tokens];
    long[] slots = new long[tokens];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts[i]; j++) {
        positions[at] = starts[i] + j;
        slots[at++] = from + i;
      }
    }
    long[] ends =
        Arrays.stream(step.outputs())
            .filter(place -> place >= firstToken && place < firstToken + tokens)
            .mapToLong(place -> place - firstToken)
            .toArray();
    int outputs = ends.length;
    // Where no logits are wanted one row is worked out all the same: products have a row.
    return new StepPart(
        longs(Arrays.copyOfRange(step.tokenIds(), firstToken, firstToken + tokens)),
        positions,
        slots,
        outputs == 0 ? new long[] {at - 1} : ends,
        firstOutput,
        outputs,
        AttentionGroup.plan(counts, starts, from));
  }

  static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
