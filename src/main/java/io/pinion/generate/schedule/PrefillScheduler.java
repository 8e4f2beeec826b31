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
 * Schedules chunked prefill: holds the sequences whose prompts are not completely in the KV cache
 * yet, in the order of their groups' admission.
 *
 * <p>Each step has a budget of prompt tokens, used for the oldest prompt first. As groups are
 * admitted only while {@link #room} is left, every prompt gets a share of each step and only the
 * last one is split. Tokens that a guide forces directly after a prompt count as part of it; tokens
 * forced on sequences in decode do not count towards the budget.
 */
public final class PrefillScheduler {
  private final int budget;
  private final boolean whole;
  private final Set<Sequence> prefilling = new LinkedHashSet<>();

  public PrefillScheduler(BatchSettings settings) {
    this.budget = settings.prefillTokens();
    this.whole = settings.plain();
  }

  /** Number of prompt tokens that the next step still has room for. */
  public int room() {
    return (int) Math.max(0, budget - prefilling.stream().mapToLong(Sequence::missing).sum());
  }

  public void add(Sequence sequence) {
    prefilling.add(sequence);
  }

  /** Removes a sequence, which may be absent. */
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

  /** By sequence, the number of its tokens in the next step. */
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

  /** Removes and returns the sequences whose prefill is done. */
  public List<Sequence> takePrefilled() {
    List<Sequence> prefilled = new ArrayList<>(prefilling);
    prefilled.removeIf(sequence -> sequence.missing() > 0);
    prefilled.forEach(prefilling::remove);
    return prefilled;
  }
}
