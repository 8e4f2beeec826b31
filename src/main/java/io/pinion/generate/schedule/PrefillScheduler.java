package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The sequences in prefill: their prompts are not whole in the KV cache yet. They stand in the
 * order of their groups' admission.
 *
 * <p>A step takes in a budget of prompt tokens, the oldest prompt first (chunked prefill). As
 * groups are admitted only while {@link #room} is left, every prompt gets a share of each step and
 * only the last one is cut. The tokens that follow a prompt because its guide forces them are read
 * as part of it; those that sequences in decode are forced to take are beyond the budget.
 */
public final class PrefillScheduler {
  private final int budget;
  private final boolean whole;
  private final Set<Sequence> prefilling = new LinkedHashSet<>();

  public PrefillScheduler(BatchSettings settings) {
    this.budget = settings.prefillTokens();
    this.whole = settings.plain();
  }

  /** How many tokens of further prompts the next step may take in. */
  public int room() {
    return (int) Math.max(0, budget - prefilling.stream().mapToLong(Sequence::missing).sum());
  }

  public void add(Sequence sequence) {
    prefilling.add(sequence);
  }

  /** Forgets a sequence, which may be absent. */
  public void drop(Sequence sequence) {
    prefilling.remove(sequence);
  }

  /** Whether a sequence is in prefill. */
  public boolean holds(Sequence sequence) {
    return prefilling.contains(sequence);
  }

  /** The sequences in prefill; a view. */
  public Set<Sequence> prefilling() {
    return Collections.unmodifiableSet(prefilling);
  }

  /** How many of its tokens the next step takes in, by sequence. */
  public Map<Sequence, Integer> shares() {
    Map<Sequence, Integer> shares = new LinkedHashMap<>();
    int left = budget;
    for (Sequence sequence : prefilling) {
      int share = whole ? sequence.missing() : Math.min(left, sequence.missing());
      shares.put(sequence, share);
      left -= share;
    }
    return shares;
  }

  /** Hands out the sequences whose prefill is done, and forgets them. */
  public List<Sequence> takePrefilled() {
    List<Sequence> prefilled = new ArrayList<>(prefilling);
    prefilled.removeIf(sequence -> sequence.missing() > 0);
    prefilled.forEach(prefilling::remove);
    return prefilled;
  }
}
