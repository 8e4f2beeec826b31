package io.pinion.generate.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sequence.AllowedTokens;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.text.Vocabulary;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepBuilderTest {
  private static final Vocabulary VOCABULARY = new LetterTokenizer(26).vocabulary();

  private final SlotAllocator slots = new SlotAllocator(4);

  private Sequence place(int... prompt) {
    GenerationRequest request = new GenerationRequest("r", prompt, SamplingParameters.DEFAULTS);
    Sequence sequence =
        new Sequence(
            new SequenceGroup(
                null, request, 100, VOCABULARY, new AllowedTokens(26, VOCABULARY), Set.of()),
            0);
    slots.place(sequence);
    return sequence;
  }

  @Test
  void aPlanChangesNothingUntilItIsApplied() {
    Sequence whole = place(3, 4, 5);
    Sequence cut = place(6, 7, 8, 9);
    StepPlan plan = StepBuilder.plan(slots, Map.of(cut, 2), Map.of());
    assertThat(plan.step().tokenIds()).containsExactly(3, 4, 5, 6, 7);
    assertThat(plan.step().counts()).containsExactly(3, 2);
    assertThat(plan.step().starts()).containsExactly(0, 0);
    assertThat(plan.step().outputs()).containsExactly(2);
    assertThat(List.of(whole.cached(), cut.cached())).containsExactly(0, 0);
    assertThat(whole.chooses()).isFalse();
    plan.apply();
    assertThat(List.of(whole.cached(), cut.cached())).containsExactly(3, 2);
    assertThat(List.of(whole.chooses(), cut.chooses())).containsExactly(true, false);
    assertThat(cut.missing()).isEqualTo(2);
  }

  @Test
  void draftsGoOnFromOneAnother() {
    Sequence sequence = place(3, 4, 5);
    Sequence draft = sequence.fork(0);
    draft.append(6, 0);
    Sequence next = draft.fork(0);
    next.append(7, 0);
    StepPlan plan = StepBuilder.plan(slots, Map.of(), Map.of(sequence, List.of(draft, next)));
    assertThat(plan.step().tokenIds()).containsExactly(3, 4, 5, 6, 7);
    assertThat(plan.step().counts()).containsExactly(5);
    assertThat(plan.step().outputs()).containsExactly(2, 3, 4);
    plan.apply();
    assertThat(List.of(sequence.cached(), draft.cached(), next.cached())).containsExactly(3, 4, 5);
    assertThat(next.samplingRow().logitsRow()).isEqualTo(2);
  }
}
