package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import io.pinion.model.LanguageModel;
import java.util.List;

/**
 * One forward pass and what it does to sequences.
 *
 * @param step what the model runs
 * @param passes what each sequence and draft in it becomes
 */
public record StepPlan(LanguageModel.Step step, List<Pass> passes) {
  /**
   * @param cached how many of the sequence's tokens the KV cache holds after the pass
   * @param logitsRow the row of the logits to choose its next token from, or {@link
   *     Sequence#NO_LOGITS}
   */
  record Pass(Sequence sequence, int cached, int logitsRow) {
    void apply() {
      sequence.finishPass(cached, logitsRow);
    }
  }

  /** Tells the sequences of the pass that it has been run. */
  public void apply() {
    passes.forEach(Pass::apply);
  }
}
