package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The prompts that the cache does not hold whole yet, in the order of their rows' admission.
 *
 * <p>A step takes in a budget of their tokens, the oldest first. As rows are admitted only while
 * {@link #room} is left, every prompt gets a share of each step and only the last one is cut. The
 * tokens that follow a prompt because its guide forces them are read as part of it; those that rows
 * under way are forced to take are beyond the budget.
 */
public final class PrefillScheduler {
  private final int budget;
  private final boolean whole;
  private final Set<Sequence> reading = new LinkedHashSet<>();

  public PrefillScheduler(BatchSettings settings) {
    this.budget = settings.prefillTokens();
    this.whole = settings.plain();
  }

  /** How many tokens of further prompts the next step may take in. */
  public int room() {
    return (int) Math.max(0, budget - reading.stream().mapToLong(Sequence::missing).sum());
  }

  public void add(Sequence sequence) {
    reading.add(sequence);
  }

  /** Forgets a sequence, which may be absent. */
  public void drop(Sequence sequence) {
    reading.remove(sequence);
  }

  /** Whether a sequence's prompt is not read in yet. */
  public boolean holds(Sequence sequence) {
    return reading.contains(sequence);
  }

  /** The sequences whose prompts are not read in yet. */
  public Set<Sequence> reading() {
    return java.util.Collections.unmodifiableSet(reading);
  }

  /** How many of its tokens the next step takes in, by sequence. */
  public Map<Sequence, Integer> shares() {
    Map<Sequence, Integer> shares = new LinkedHashMap<>();
    int left = budget;
    for (Sequence sequence : reading) {
      int share = whole ? sequence.missing() : Math.min(left, sequence.missing());
      shares.put(sequence, share);
      left -= share;
    }
    return shares;
  }

  /** Hands out the sequences whose prompts have been read in, and forgets them. */
  public List<Sequence> takeRead() {
    List<Sequence> read = new ArrayList<>(reading);
    read.removeIf(sequence -> sequence.missing() > 0);
    read.forEach(reading::remove);
    return read;
  }
}
