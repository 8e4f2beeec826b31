package io.pinion.generate.draft;

import io.pinion.generate.FinishReason;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Speculative decoding (Leviathan et al. 2023): drafts the next tokens of sequences, guessed by
 * {@link PromptLookup} and {@link NgramTable}, which the next forward pass verifies.
 *
 * <p>A draft is a copy of its sequence, or of the previous draft, with a guessed token and the
 * tokens that the guide forces after it. The sampler chooses a token for it as for any sequence,
 * with the mask and the random number that the sequence would have at that point. So if a sequence
 * chooses the guessed token, it equals its draft, and the token chosen for the draft is its next
 * one: tokens are the same as without drafts. Drafts after the first wrong one are rejected, and
 * their keys and values are overwritten.
 *
 * <p>A step of a few tokens takes hardly longer than one of a single token; in a larger step each
 * token costs time. So steps have drafts only while they are small: in small jobs, and at the end
 * of others. Groups with penalties, whose counts would have to be copied, and beams get none.
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
   * By sequence, its drafts, each of which continues the one before. The rest of the step's budget
   * is divided evenly among sequences, since a guess that follows a guess is rarely right.
   *
   * @param shares the sequences in prefill, which get no drafts
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

  /** A copy extended by a guess; null if there is no guess or no token to choose after it. */
  private Sequence next(Sequence sequence) {
    int token = guess(sequence);
    if (token < 0 || sequence.group().ends(token)) {
      return null;
    }
    Sequence draft = sequence.fork(sequence.completion());
    try {
      return draft.fits(token) && goesOn(draft, token) && draft.findAllowed() ? draft : null;
    } catch (RuntimeException | StackOverflowError e) {
      // If the sequence reaches this point itself, it fails then, with its own message.
      return null;
    }
  }

  /**
   * Tries the longest match in the sequence itself, then a match in any sequence, then a shorter
   * one in itself; negative if there is none.
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
