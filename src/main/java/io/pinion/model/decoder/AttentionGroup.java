package io.pinion.model.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences with about as many new tokens, whose attention is one batch of gemms; the shorter ones
 * are filled up.
 *
 * <p>Where a group's slots lie close together, the cache between them is read in place and the
 * slots that are not the group's are filled up whole; otherwise the slots' part of the cache is
 * copied.
 *
 * @param from the first slot
 * @param span how many slots from there, or 0 where {@code slots} lists them
 * @param width how many new tokens each sequence has or is filled up to
 * @param whole whether this is the only group and its queries are the step's tokens in their order
 * @param place by query, the token's position, or -1 where filled up
 * @param pick by query, its token among those of the step; any token where filled up
 * @param slots the slots, where {@code span} is 0
 */
public record AttentionGroup(
    int from, int span, int width, boolean whole, long[] place, long[] pick, long[] slots) {

  /** How many tensors {@link DecoderSource} reads of a group: place, pick and slots. */
  static final int TENSORS = 3;

  /** How many numbers it reads of a group: from, span, width and whole. */
  static final int NUMBERS = 4;

  /** The groups of a step and where each token's output stands among theirs. */
  public record Plan(List<AttentionGroup> groups, long[] back) {

    /** The numbers of all groups, one group's after the other's. */
    public long[] numbers() {
      return groups.stream()
          .flatMapToLong(
              group ->
                  java.util.stream.LongStream.of(
                      group.from, group.span, group.width, group.whole ? 1 : 0))
          .toArray();
    }
  }

  /**
   * Groups the sequences of neighbouring slots.
   *
   * @param counts how many new tokens each has
   * @param starts how many tokens of each the cache holds
   * @param firstSlot the first one's slot
   */
  static Plan plan(int[] counts, int[] starts, int firstSlot) {
    int[] offsets = new int[counts.length];
    Map<Integer, List<Integer>> byWidth = new TreeMap<>();
    int total = 0;
    for (int slot = 0; slot < counts.length; slot++) {
      offsets[slot] = total;
      total += counts[slot];
      byWidth.computeIfAbsent(size(counts[slot]), size -> new ArrayList<>()).add(slot);
    }
    long[] back = new long[total];
    List<AttentionGroup> groups = new ArrayList<>();
    int rows = 0;
    for (List<Integer> members : byWidth.values()) {
      AttentionGroup group =
          group(members, counts, starts, offsets, byWidth.size() == 1, back, rows, firstSlot);
      groups.add(group);
      rows += group.place.length;
    }
    return new Plan(groups, back);
  }

  /**
   * Sequences of one size share a group: 1, 2 to 4, 5 to 8, 9 to 16 new tokens and so on. What is
   * filled up costs time, but so does each group of its own.
   */
  private static int size(int count) {
    return count <= 1 ? 0 : Math.max(2, 32 - Integer.numberOfLeadingZeros(count - 1));
  }

  /**
   * Whether reading the slots between takes less time than copying the group's: measured on a CPU,
   * a slot's attention takes about 14 + 3 × width, its copy 9.
   */
  private static boolean inPlace(int reach, int members, int width) {
    return reach * (14 + 3L * width) <= members * (23 + 3L * width);
  }

  private static AttentionGroup group(
      List<Integer> members,
      int[] counts,
      int[] starts,
      int[] offsets,
      boolean only,
      long[] back,
      int rowsBefore,
      int firstSlot) {
    int width = members.stream().mapToInt(slot -> counts[slot]).max().orElseThrow();
    int from = members.get(0);
    int reach = members.get(members.size() - 1) + 1 - from;
    int span = inPlace(reach, members.size(), width) ? reach : 0;
    int[] rows =
        span > 0
            ? java.util.stream.IntStream.range(from, from + span).toArray()
            : members.stream().mapToInt(Integer::intValue).toArray();
    long[] place = new long[rows.length * width];
    long[] pick = new long[rows.length * width];
    Arrays.fill(place, -1);
    boolean whole = only;
    for (int i = 0; i < rows.length; i++) {
      int slot = rows[i];
      Arrays.fill(pick, i * width, (i + 1) * width, offsets[slot]);
      if (size(counts[slot]) == size(width)) {
        for (int j = 0; j < counts[slot]; j++) {
          place[i * width + j] = starts[slot] + j;
          pick[i * width + j] = offsets[slot] + j;
          back[offsets[slot] + j] = rowsBefore + i * width + j;
        }
      }
      whole &= counts[slot] == width;
    }
    long[] slots =
        span > 0 ? new long[0] : Arrays.stream(rows).mapToLong(row -> firstSlot + row).toArray();
    return new AttentionGroup(firstSlot + from, span, width, whole, place, pick, slots);
  }
}
