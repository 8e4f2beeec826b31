package io.pinion.model.decoder;

import io.pinion.model.LanguageModel.Step;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The tokens of some neighbouring slots of a step laid end to end.
 *
 * @param counts by slot, how many new tokens it has
 * @param starts by slot, the position of the first of them
 * @param firstSlot the first one's slot; the others follow
 * @param ends where the tokens stand whose logits are wanted
 * @param firstOutput which row of the step's logits is this slice's first
 * @param outputs how many rows of them it has
 */
public record StepSlice(
    long[] tokenIds,
    int[] counts,
    int[] starts,
    int firstSlot,
    long[] ends,
    int firstOutput,
    int outputs) {

  /** A step in one slice. */
  public static StepSlice whole(Step step) {
    return split(step, 1).get(0);
  }

  /** A step in at most so many slices with about as many tokens each. */
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
    // Where no logits are wanted one row is worked out all the same: a product needs a row.
    return new StepSlice(
        longs(Arrays.copyOfRange(step.tokenIds(), firstToken, firstToken + tokens)),
        counts,
        Arrays.copyOfRange(step.starts(), from, to),
        from,
        outputs == 0 ? new long[] {tokens - 1} : ends,
        firstOutput,
        outputs);
  }

  /** By token, its position. */
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

  /** What {@link TorchForward} needs for attention. */
  public AttentionGroup.Plan plan() {
    return AttentionGroup.plan(counts, starts, firstSlot);
  }

  public static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
