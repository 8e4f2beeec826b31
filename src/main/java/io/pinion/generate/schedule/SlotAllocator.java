package io.pinion.generate.schedule;

import io.pinion.generate.sequence.Sequence;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which sequence has which slot of the KV cache, and the copies between slots that are due.
 *
 * <p>Slots in use are 0 to n-1 after {@link #compact}; in between there may be holes, which {@link
 * #place} fills first.
 */
public final class SlotAllocator {
  private final Sequence[] bySlot;
  private final BitSet used = new BitSet();
  private final Map<Integer, Integer> copies = new LinkedHashMap<>();

  public SlotAllocator(int slots) {
    this.bySlot = new Sequence[slots];
  }

  /** How many slots are in use. */
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

  /** Gives a sequence the slot that another one had. */
  public void put(Sequence sequence, int slot) {
    used.set(slot);
    bySlot[slot] = sequence;
    sequence.moveTo(slot);
  }

  /** Makes a slot free. */
  public void free(int slot) {
    used.clear(slot);
    bySlot[slot] = null;
    copies.remove(slot);
  }

  /** Moves the last sequences into the holes; the copies for it become due. */
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

  /** The copies that are due, all reads first. */
  public Copies takeCopies() {
    int[] from = copies.values().stream().mapToInt(Integer::intValue).toArray();
    int[] to = copies.keySet().stream().mapToInt(Integer::intValue).toArray();
    copies.clear();
    return new Copies(from, to);
  }

  /** Slots {@code from[i]} to slots {@code to[i]}. */
  public record Copies(int[] from, int[] to) {}
}
