package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Concatenates the new tokens of all sequences for one forward pass. It does not change sequences:
 * {@link StepPlan#apply} does.
 */
public final class StepBuilder {
  private final IntStream.Builder tokens = IntStream.builder();
  private final List<Integer> outputs = new ArrayList<>();
  private final List<StepPlan.Pass> passes = new ArrayList<>();
  private int end;

  private StepBuilder() {}

  /**
   * Plans a pass over the sequences in slots. A sequence gets a row of logits if all its tokens are
   * cached afterwards and it has no forced token to append.
   *
   * @param shares number of tokens in this pass, for sequences of which not all may be included
   * @param drafts by sequence, its drafts, each of which continues the one before
   */
  public static StepPlan plan(
      SlotAllocator slots, Map<Sequence, Integer> shares, Map<Sequence, List<Sequence>> drafts) {
    int[] counts = new int[slots.size()];
    int[] starts = new int[counts.length];
    StepBuilder builder = new StepBuilder();
    for (int slot = 0; slot < counts.length; slot++) {
      Sequence sequence = slots.at(slot);
      int begin = builder.end;
      starts[slot] = sequence.cached();
      int share = shares.getOrDefault(sequence, sequence.missing());
      int cached = builder.add(sequence, sequence.cached(), share);
      for (Sequence draft : drafts.getOrDefault(sequence, List.of())) {
        cached = builder.add(draft, cached, draft.total() - cached);
      }
      counts[slot] = builder.end - begin;
    }
    int[] outputs = builder.outputs.stream().mapToInt(Integer::intValue).toArray();
    int[] tokens = builder.tokens.build().toArray();
    return new StepPlan(new LanguageModel.Step(tokens, counts, starts, outputs), builder.passes);
  }

  /** Adds tokens of a sequence; returns how many of its tokens are cached afterwards. */
  private int add(Sequence sequence, int cached, int count) {
    int nowCached = cached + count;
    for (int i = cached; i < nowCached; i++) {
      tokens.add(sequence.tokenAt(i));
    }
    end += count;
    boolean chooses = nowCached == sequence.total() && !sequence.hasForced();
    passes.add(
        new StepPlan.Pass(sequence, nowCached, chooses ? outputs.size() : Sequence.NO_LOGITS));
    if (chooses) {
      outputs.add(end - 1);
    }
    return nowCached;
  }
}
