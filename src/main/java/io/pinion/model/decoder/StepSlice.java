package io.pinion.model.decoder;

import io.pinion.model.LanguageModel.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a step that one CPU thread computes: the concatenated new tokens of consecutive
 * slots.
 *
 * @param counts by slot, the number of new tokens
 * @param starts by slot, the position of its first new token
 * @param firstSlot the first slot
 * @param ends indices in {@code tokenIds} of the tokens whose logits are requested
 * @param firstOutput this slice's first row in the step's logits
 * @param outputs number of this slice's rows in the step's logits
 */
public record StepSlice(
    long[] tokenIds,
    int[] counts,
    int[] starts,
    int firstSlot,
    long[] ends,
    int firstOutput,
    int outputs) {

  /** The complete step as one slice. */
  public static StepSlice whole(Step step) {
    return split(step, 1).get(0);
  }

  /** Splits a step into at most {@code most} slices of about equally many tokens. */
  public static List<StepSlice> split(Step step, int most) {
    List<StepSlice> slices = new ArrayList<>();
    int slots = step.counts().length;
    int from = 0;
    int token = 0;
    int output = 0;
    for (int i = 0; i < most && from < slots; i++) {
      long until = (long) step.tokenIds().length * (i + 1) / most;
      int to = from;
      int end = token;
      while (to < slots && (to == from || end + step.counts()[to] / 2 < until)) {
        end += step.counts()[to++];
      }
      to = i == most - 1 ? slots : to;
      StepSlice next = slice(step, from, to, token, output);
      slices.add(next);
      from = to;
      token += next.tokenIds.length;
      output += next.outputs;
    }
    return slices;
  }

  private static StepSlice slice(Step step, int from, int to, int firstToken, int firstOutput) {
    int[] counts = Arrays.copyOfRange(step.counts(), from, to);
    int tokens = Arrays.stream(counts).sum();
    long[] ends =
        Arrays.stream(step.outputs())
            .filter(token -> token >= firstToken && token < firstToken + tokens)
            .mapToLong(token -> token - firstToken)
            .toArray();
    int outputs = ends.length;
    // A gemm needs at least one row, so one is computed even if no logits are requested.
    return new StepSlice(
        longs(Arrays.copyOfRange(step.tokenIds(), firstToken, firstToken + tokens)),
        counts,
        Arrays.copyOfRange(step.starts(), from, to),
        from,
        outputs == 0 ? new long[] {tokens - 1} : ends,
        firstOutput,
        outputs);
  }

  /** By token, its position in the sequence. */
  public long[] positions() {
    long[] positions = new long[tokenIds.length];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      for (int j = 0; j < counts[i]; j++) {
        positions[at++] = starts[i] + j;
      }
    }
    return positions;
  }

  /** By token, its slot. */
  public long[] slots() {
    long[] slots = new long[tokenIds.length];
    int at = 0;
    for (int i = 0; i < counts.length; i++) {
      Arrays.fill(slots, at, at + counts[i], firstSlot + i);
      at += counts[i];
    }
    return slots;
  }

  /** The attention groups that {@link TorchForward} computes. */
  public AttentionGroup.Plan plan() {
    return AttentionGroup.plan(counts, starts, firstSlot);
  }

  public static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
