package io.pinion.model.decoder;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * All indices that {@link TorchForward} reads for a slice of a step, in one tensor: a GPU waits for
 * the host at each copy. Its parts are the token ids, their positions, their slots, the tokens
 * whose logits are requested and the places of the attention's outputs, then {@link
 * AttentionGroup#TENSORS} for each group.
 *
 * @param tensor INT64, which the manager owns that it was created with
 * @param sizes the lengths of its parts
 * @param numbers the integers of all groups
 */
public record StepIndex(NDArray tensor, long[] sizes, long[] numbers) {
  /** Number of parts before those of the groups. */
  static final int PARTS = 5;

  /** Copies the indices of a slice to the manager's device. */
  public static StepIndex of(StepSlice slice, NDManager scope) {
    AttentionGroup.Plan plan = slice.plan();
    List<long[]> parts =
        new ArrayList<>(
            List.of(slice.tokenIds(), slice.positions(), slice.slots(), slice.ends(), plan.back()));
    for (AttentionGroup group : plan.groups()) {
      parts.addAll(List.of(group.place(), group.pick(), group.slots()));
    }
    return new StepIndex(
        scope.create(parts.stream().flatMapToLong(LongStream::of).toArray()),
        parts.stream().mapToLong(part -> part.length).toArray(),
        plan.numbers());
  }
}
