package io.pinion.generate.batch;

import io.pinion.generate.FinishReason;
import io.pinion.generate.draft.Drafter;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.Sampler;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.Sequence;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.function.Supplier;

/**
 * The part of a step that appends tokens to completions: chosen tokens, accepted drafts, and tokens
 * that a guide forces.
 *
 * <p>Owned by the thread that holds the lease.
 */
final class TokenStep {
  private final RunningGroups running;
  private final SlotAllocator slots;
  private final PenaltyCounts counts;
  private final CanonicalTokenizer tokenizer;
  private final Drafter drafter;
  private final boolean plain;

  /**
   * @param plain whether each forced token gets its own step
   */
  TokenStep(
      RunningGroups running,
      SlotAllocator slots,
      PenaltyCounts counts,
      CanonicalTokenizer tokenizer,
      Drafter drafter,
      boolean plain) {
    this.running = running;
    this.slots = slots;
    this.counts = counts;
    this.tokenizer = tokenizer;
    this.drafter = drafter;
    this.plain = plain;
  }

  /** Appends the tokens that the guide forces before any is chosen. */
  void begin(Sequence sequence) {
    goOn(sequence, sequence.length(), () -> force(sequence));
  }

  /** Appends the next forced token. */
  void appendForced(Sequence sequence) {
    goOn(sequence, sequence.length(), () -> appendForced(sequence, 1));
  }

  /**
   * Appends the token chosen for a sequence and those chosen for its accepted drafts. A draft is
   * accepted if all before it are and the sequence now has the draft's tokens.
   *
   * @param chosen returns the token chosen for the sequence, then for each draft
   */
  void append(Sequence sequence, List<Sequence> drafts, Iterator<Sampler.Token> chosen) {
    int before = sequence.total();
    append(sequence, chosen.next());
    boolean accepted = true;
    for (Sequence draft : drafts) {
      Sampler.Token token = chosen.next();
      accepted = accepted && isRunning(sequence) && sequence.hasTokensOf(draft);
      if (accepted) {
        sequence.takeCacheOf(draft);
        append(sequence, token);
      }
    }
    drafter.learn(sequence, before);
  }

  private boolean isRunning(Sequence sequence) {
    return slots.at(sequence.slot()) == sequence;
  }

  private void append(Sequence sequence, Sampler.Token token) {
    if (Float.isNaN(token.logprob())) {
      running.fail(sequence.group(), StepFaults.NOT_NUMBERS);
      return;
    }
    if (token.logprob() == Float.NEGATIVE_INFINITY) {
      running.fail(sequence.group(), StepFaults.NOTHING_LIKELY);
      return;
    }
    goOn(
        sequence,
        sequence.length() + 1,
        () -> {
          FinishReason reason = sequence.append(token.id(), token.logprob());
          return reason == null ? force(sequence) : reason;
        });
  }

  /**
   * Appends to a sequence and then, if it goes on, counts its tokens from {@code counted} on. The
   * count is not part of the attempt, since it is the device's work.
   */
  private void goOn(Sequence sequence, int counted, Supplier<FinishReason> appending) {
    running.goOn(sequence, appending);
    if (sequence.group().isPenalised() && sequence.length() > counted && isRunning(sequence)) {
      int[] tokens = sequence.tokensFrom(counted);
      int[] penaltySlots = new int[tokens.length];
      Arrays.fill(penaltySlots, sequence.penaltySlot());
      counts.add(penaltySlots, tokens);
    }
  }

  private FinishReason force(Sequence sequence) {
    sequence.force(tokenizer);
    return appendForced(sequence, plain ? 0 : Integer.MAX_VALUE);
  }

  private FinishReason appendForced(Sequence sequence, int maxTokens) {
    int before = sequence.length();
    FinishReason reason = null;
    while (reason == null && sequence.hasForced() && sequence.length() - before < maxTokens) {
      reason = sequence.appendForced();
    }
    return reason;
  }
}
