package io.pinion.model.decoder;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Sequences with similar numbers of new tokens, whose attention is computed as one batch of gemms;
 * the shorter ones are padded.
 *
 * <p>If a group's slots are close together, their whole range of the cache is read in place, and
 * slots in it that belong to other groups are padding throughout; otherwise the group's slots are
 * copied out of the cache.
 *
 * @param from the first slot
 * @param span number of consecutive slots from there, or 0 if {@code slots} lists them
 * @param width number of new tokens of each sequence, padding included
 * @param whole whether this is the only group and its queries are the step's tokens in their order
 * @param place by query, the position of its token in the sequence, or -1 for padding
 * @param pick by query, the index of its token in the step; any token for padding
 * @param slots the slots, if {@code span} is 0
 */
public record AttentionGroup(
    int from, int span, int width, boolean whole, long[] place, long[] pick, long[] slots) {

  /** Number of tensors that {@link TorchForward} reads for a group: place, pick and slots. */
  static final int TENSORS = 3;

  /** Number of integers that it reads for a group: from, span, width and whole. */
  static final int NUMBERS = 4;

  /**
   * The groups of a slice of a step.
   *
   * @param back by token, the index of its output in the concatenated outputs of all groups
   */
  public record Plan(List<AttentionGroup> groups, long[] back) {

    /** From, span, width and whole (0 or 1) of all groups, concatenated. */
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
   * Groups the sequences of consecutive slots.
   *
   * @param counts by sequence, the number of new tokens
   * @param starts by sequence, the number of tokens in the cache
   * @param firstSlot slot of the first sequence
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
   * The size class of a sequence: 1, 2 to 4, 5 to 8, 9 to 16 new tokens and so on. Sequences of one
   * class share a group. Padding costs time, but so does each additional group.
   */
  private static int size(int count) {
    return count <= 1 ? 0 : Math.max(2, 32 - Integer.numberOfLeadingZeros(count - 1));
  }

  /**
   * Whether computing the slots in between takes less time than copying the group's slots: measured
   * on a CPU, the attention of a slot takes about 14 + 3 × width, its copy 9.
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
