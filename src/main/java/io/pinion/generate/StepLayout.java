package io.pinion.generate;

import io.pinion.model.LanguageModel;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;

/** Lays the new tokens of all sequences end to end for one forward pass. */
final class StepLayout {
  private StepLayout() {}

  /**
   * Counts the tokens that the pass takes in as cached, and numbers the rows of its logits: a
   * sequence gets one when nothing of it is missing then and no forced token waits.
   *
   * @param shares how many tokens the pass takes in of sequences that do not get all theirs
   */
  static LanguageModel.Step of(SlotTable table, Map<Sequence, Integer> shares) {
    int n = table.size();
    int[] counts = new int[n];
    int[] starts = new int[n];
    int[][] fresh = new int[n][];
    int[] outputs = new int[n];
    int wanted = 0;
    int end = 0;
    for (int slot = 0; slot < n; slot++) {
      Sequence sequence = table.at(slot);
      starts[slot] = sequence.cached;
      fresh[slot] = sequence.take(shares.getOrDefault(sequence, sequence.missing()));
      counts[slot] = fresh[slot].length;
      end += counts[slot];
      boolean chooses = sequence.missing() == 0 && !sequence.hasForced();
      sequence.logitsRow = chooses ? wanted : Sequence.NO_LOGITS;
      if (chooses) {
        outputs[wanted++] = end - 1;
      }
    }
    int[] tokens = IntStream.range(0, n).flatMap(slot -> IntStream.of(fresh[slot])).toArray();
    return new LanguageModel.Step(tokens, counts, starts, Arrays.copyOf(outputs, wanted));
  }
}
