package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Assigns slots of the KV cache to sequences, and collects the pending copies between slots.
 *
 * <p>After {@link #compact} slots 0 to n-1 are in use; otherwise there may be gaps, which {@link
 * #place} fills first.
 */
public final class SlotAllocator {
  private final Sequence[] bySlot;
  private final BitSet used = new BitSet();
  private final Map<Integer, Integer> copies = new LinkedHashMap<>();

  public SlotAllocator(int slots) {
    this.bySlot = new Sequence[slots];
  }

  /** Number of slots in use. */
  public int size() {
    return used.cardinality();
  }

  /** The sequence in a slot. */
  public Sequence at(int slot) {
    return bySlot[slot];
  }

  /** Gives a sequence the lowest free slot. */
  public void place(Sequence sequence) {
    put(sequence, used.nextClearBit(0));
  }

  /** Gives a sequence the lowest free slot, with the cache of slot {@code from}. */
  public void placeCopy(Sequence sequence, int from) {
    place(sequence);
    copies.put(sequence.slot(), from);
  }

  /** Gives a sequence a particular slot, in place of its previous sequence. */
  public void put(Sequence sequence, int slot) {
    used.set(slot);
    bySlot[slot] = sequence;
    sequence.moveTo(slot);
  }

  /** Frees a slot. */
  public void free(int slot) {
    used.clear(slot);
    bySlot[slot] = null;
    copies.remove(slot);
  }

  /** Moves the last sequences into the gaps, which adds pending copies. */
  public void compact() {
    while (used.length() > used.cardinality()) {
      int last = used.length() - 1;
      Sequence moved = bySlot[last];
      int source = copies.getOrDefault(last, last);
      free(last);
      placeCopy(moved, source);
    }
  }

  /** Frees every slot. */
  public void clear() {
    used.clear();
    copies.clear();
    Arrays.fill(bySlot, null);
  }

  /** Removes and returns the pending copies; all reads must come before any write. */
  public Copies takeCopies() {
    int[] from = copies.values().stream().mapToInt(Integer::intValue).toArray();
    int[] to = copies.keySet().stream().mapToInt(Integer::intValue).toArray();
    copies.clear();
    return new Copies(from, to);
  }

  /** Slots {@code from[i]} to slots {@code to[i]}. */
  public record Copies(int[] from, int[] to) {}
}
