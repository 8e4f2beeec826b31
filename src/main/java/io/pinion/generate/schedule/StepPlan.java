package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import io.pinion.model.LanguageModel;
import java.util.List;

/**
 * One forward pass and its effect on sequences.
 *
 * @param step the input of the model
 * @param passes the effect on each sequence and draft
 */
public record StepPlan(LanguageModel.Step step, List<Pass> passes) {
  /**
   * @param cached number of the sequence's tokens in the KV cache after the pass
   * @param logitsRow the row of the logits to choose its next token from, or {@link
   *     Sequence#NO_LOGITS}
   */
  record Pass(Sequence sequence, int cached, int logitsRow) {
    void apply() {
      sequence.finishPass(cached, logitsRow);
    }
  }

  /** Updates the sequences after the pass has run. */
  public void apply() {
    passes.forEach(Pass::apply);
  }
}
