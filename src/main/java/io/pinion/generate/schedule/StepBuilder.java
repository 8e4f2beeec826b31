package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Lays the new tokens of all sequences end to end for one forward pass. */
public final class StepBuilder {
  private final IntStream.Builder tokens = IntStream.builder();
  private final List<Integer> outputs = new ArrayList<>();
  private int end;

  private StepBuilder() {}

  /**
   * Counts the tokens that the pass takes in as cached, and numbers the rows of its logits: a
   * sequence gets one when nothing of it is missing then and no forced token waits.
   *
   * @param shares how many tokens the pass takes in of sequences that do not get all theirs
   * @param drafts by sequence, its drafts, each of which goes on from the one before
   */
  public static LanguageModel.Step of(
      SlotAllocator table, Map<Sequence, Integer> shares, Map<Sequence, List<Sequence>> drafts) {
    int[] counts = new int[table.size()];
    int[] starts = new int[counts.length];
    StepBuilder layout = new StepBuilder();
    for (int slot = 0; slot < counts.length; slot++) {
      Sequence sequence = table.at(slot);
      int before = layout.end;
      starts[slot] = sequence.cached;
      layout.add(sequence, shares.getOrDefault(sequence, sequence.missing()));
      int cached = sequence.cached;
      for (Sequence draft : drafts.getOrDefault(sequence, List.of())) {
        draft.cached = cached;
        layout.add(draft, draft.missing());
        cached = draft.cached;
      }
      counts[slot] = layout.end - before;
    }
    int[] outputs = layout.outputs.stream().mapToInt(Integer::intValue).toArray();
    return new LanguageModel.Step(layout.tokens.build().toArray(), counts, starts, outputs);
  }

  private void add(Sequence sequence, int count) {
    IntStream.of(sequence.take(count)).forEach(tokens);
    end += count;
    boolean chooses = sequence.missing() == 0 && !sequence.hasForced();
    sequence.logitsRow = chooses ? outputs.size() : Sequence.NO_LOGITS;
    if (chooses) {
      outputs.add(end - 1);
    }
  }
}
