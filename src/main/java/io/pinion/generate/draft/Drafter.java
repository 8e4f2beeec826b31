package io.pinion.generate.draft;

import io.pinion.generate.FinishReason;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.Sequence;
import io.pinion.guide.error.GuideException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Drafts what sequences may choose next, to be verified in the forward pass of the token before it
 * (speculative decoding, Leviathan et al. 2023), as {@link PromptLookup} and {@link NgramTable}
 * guess it.
 *
 * <p>A draft is a copy of its sequence, or of the draft before, that has been given a guessed token
 * and what the guide forces behind it. The sampler chooses for it as for any sequence, with the
 * mask and the random number that the sequence would have there. So where a sequence chooses what
 * was guessed, it is its draft, and what was chosen for that is what it chooses next: tokens are
 * those without drafts. The drafts behind the first wrong one are rejected, and their keys and
 * values are written over.
 *
 * <p>A step of a few tokens takes as long as one of a single token; in a larger one each token
 * costs time. So there are drafts only while a step is small: at the end of a job, and in small
 * ones. Groups with penalties, whose counts would have to be copied, and beams get none.
 */
public final class Drafter {
  private final CanonicalTokenizer tokenizer;
  private final NgramTable learned = new NgramTable();
  private final int budget;

  public Drafter(CanonicalTokenizer tokenizer, BatchSettings settings) {
    this.tokenizer = tokenizer;
    this.budget = settings.plain() ? 0 : settings.draftTokens();
  }

  /** Learns from the tokens of a sequence, from an index on. */
  public void learn(Sequence sequence, int from) {
    if (budget > 0) {
      learned.learn(sequence, from);
    }
  }

  /**
   * The drafts of sequences, each of which goes on from the one before. What the budget leaves of
   * the step is spread evenly, since a guess behind a guess is seldom right.
   *
   * @param shares the sequences in prefill, which get none
   */
  public Map<Sequence, List<Sequence>> drafts(SlotAllocator slots, Map<Sequence, Integer> shares) {
    Map<Sequence, List<Sequence>> drafts = new LinkedHashMap<>();
    int left = budget;
    for (int slot = 0; slot < slots.size(); slot++) {
      Sequence sequence = slots.at(slot);
      left -= shares.getOrDefault(sequence, sequence.missing());
    }
    for (int slot = 0; slot < slots.size() && left > 0; slot++) {
      Sequence sequence = slots.at(slot);
      if (!shares.containsKey(sequence) && sequence.group().mayDraft()) {
        int waiting = slots.size() - slot;
        List<Sequence> own = drafts(sequence, (left + waiting - 1) / waiting);
        drafts.put(sequence, own);
        left -= own.isEmpty() ? 0 : own.get(own.size() - 1).total() - sequence.total();
      }
    }
    return drafts;
  }

  private List<Sequence> drafts(Sequence sequence, int maxTokens) {
    List<Sequence> drafts = new ArrayList<>();
    int limit = sequence.total() + maxTokens;
    Sequence last = sequence;
    while (last.total() < limit) {
      last = next(last);
      if (last == null || last.total() > limit) {
        break;
      }
      drafts.add(last);
    }
    return drafts;
  }

  /** A copy that is a guess ahead; null where there is none after which a token is chosen. */
  private Sequence next(Sequence sequence) {
    int token = guess(sequence);
    if (token < 0 || sequence.group().ends(token)) {
      return null;
    }
    Sequence draft = sequence.fork(sequence.completion());
    try {
      return draft.fits(token) && goesOn(draft, token) && draft.findAllowed() ? draft : null;
    } catch (GuideException e) {
      // If the sequence comes here, it fails then.
      return null;
    }
  }

  /**
   * The longest match in the sequence itself comes first, then one in any sequence, then a shorter
   * one in itself.
   */
  private int guess(Sequence sequence) {
    int own = PromptLookup.next(sequence, PromptLookup.LONGEST);
    int any = own < 0 ? learned.next(sequence) : own;
    return any < 0 ? PromptLookup.next(sequence, 1) : any;
  }

  private boolean goesOn(Sequence draft, int token) {
    FinishReason reason = draft.append(token, 0);
    if (reason == null) {
      draft.force(tokenizer);
    }
    while (reason == null && draft.hasForced()) {
      reason = draft.appendForced();
    }
    return reason == null;
  }
}
