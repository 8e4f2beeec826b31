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
 * Drafts what sequences may choose next, to be read in the same forward pass as the token before it
 * (speculative decoding, Leviathan et al. 2023), as {@link PromptLookup} and {@link NgramTable}
 * guess it.
 *
 * <p>A draft is a copy of its sequence, or of the draft before, that has been given a guessed token
 * and what the guide forces behind it. The sampler chooses for it as for any sequence, with the
 * mask, the random number and the place that the sequence would have there. So where a sequence
 * chooses what was guessed, it is its draft, and what was chosen for that is what it chooses next:
 * tokens are those without drafts. Behind the first that is not, the pass was in vain, and its keys
 * and values are written over.
 *
 * <p>A step of a few tokens takes as long as one of a single token; in a larger one each token
 * costs time. So there are drafts only while a step is small: at the end of a job, and in small
 * ones. Rows with penalties, whose counts would have to be copied, and beams get none.
 */
public final class Drafter {
  private final CanonicalTokenizer spelling;
  private final NgramTable learned = new NgramTable();
  private final int budget;

  public Drafter(CanonicalTokenizer spelling, BatchSettings settings) {
    this.spelling = spelling;
    this.budget = settings.plain() ? 0 : settings.draftTokens();
  }

  /** Learns from the tokens that a sequence generated from a place on. */
  public void learn(Sequence sequence, int from) {
    if (budget > 0) {
      learned.learn(sequence, from);
    }
  }

  /**
   * The drafts of sequences, each of which goes on from the one before. What the budget leaves of
   * the step is spread evenly, since a guess behind a guess is seldom right.
   *
   * @param shares the sequences whose prompts are being read, which get none
   */
  public Map<Sequence, List<Sequence>> drafts(SlotAllocator table, Map<Sequence, Integer> shares) {
    Map<Sequence, List<Sequence>> drafts = new LinkedHashMap<>();
    int left = budget;
    for (int slot = 0; slot < table.size(); slot++) {
      Sequence sequence = table.at(slot);
      left -= shares.getOrDefault(sequence, sequence.missing());
    }
    for (int slot = 0; slot < table.size() && left > 0; slot++) {
      Sequence sequence = table.at(slot);
      if (!shares.containsKey(sequence) && sequence.row.drafts()) {
        int waiting = table.size() - slot;
        List<Sequence> own = drafts(sequence, (left + waiting - 1) / waiting);
        drafts.put(sequence, own);
        left -= own.isEmpty() ? 0 : own.get(own.size() - 1).total() - sequence.total();
      }
    }
    return drafts;
  }

  private List<Sequence> drafts(Sequence sequence, int most) {
    List<Sequence> drafts = new ArrayList<>();
    int limit = sequence.total() + most;
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
    if (token < 0 || sequence.row.ends(token)) {
      return null;
    }
    Sequence draft = sequence.fork(sequence.completion);
    try {
      return draft.fits(token) && goesOn(draft, token) && draft.row.allow(draft) ? draft : null;
    } catch (GuideException e) {
      // If the sequence comes here, it fails then.
      return null;
    }
  }

  /** What follows more tokens in the row itself goes before what follows three in another. */
  private int guess(Sequence sequence) {
    int own = PromptLookup.next(sequence, PromptLookup.LONGEST);
    int any = own < 0 ? learned.next(sequence) : own;
    return any < 0 ? PromptLookup.next(sequence, 1) : any;
  }

  private boolean goesOn(Sequence draft, int token) {
    FinishReason reason = draft.append(token, 0);
    if (reason == null) {
      draft.force(spelling);
    }
    while (reason == null && draft.hasForced()) {
      reason = draft.appendForced();
    }
    return reason == null;
  }
}
