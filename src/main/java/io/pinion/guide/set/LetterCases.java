package io.pinion.guide.set;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which letters are the same but for their case. Immutable, built when first used. */
final class LetterCases {
  /** Pairs of a letter and its own upper or lower case. */
  static final int[][] NEAREST = nearest();

  /**
   * Pairs of letters that share an upper or a lower case, as {@code k} and the sign of Kelvin do,
   * and those that Python takes for equal beside them.
   */
  static final int[][] EVERY = every();

  private LetterCases() {}

  /** A set with the second letter of each pair whose first it has. */
  static CodePoints fold(CodePoints set, int[][] pairs) {
    CodePoints.Builder found = new CodePoints.Builder();
    found.add(set);
    for (int[] pair : pairs) {
      if (set.contains(pair[0])) {
        found.add(pair[1], pair[1]);
      }
    }
    return found.build();
  }

  private static int[][] nearest() {
    List<int[]> pairs = new ArrayList<>();
    for (int codePoint = 0; codePoint <= CodePoints.LAST; codePoint++) {
      int lower = Character.toLowerCase(codePoint);
      int upper = Character.toUpperCase(codePoint);
      if (lower != codePoint) {
        pairs.add(new int[] {codePoint, lower});
      }
      if (upper != codePoint) {
        pairs.add(new int[] {codePoint, upper});
      }
    }
    return pairs.toArray(int[][]::new);
  }

  private static int[][] every() {
    Map<Integer, List<Integer>> groups = new HashMap<>();
    for (int[] pair : NEAREST) {
      int folded = folded(pair[0]);
      for (int codePoint : new int[] {pair[0], pair[1], folded}) {
        List<Integer> group = groups.computeIfAbsent(folded, f -> new ArrayList<>());
        if (!group.contains(codePoint)) {
          group.add(codePoint);
        }
      }
    }
    List<int[]> pairs = new ArrayList<>();
    groups.values().forEach(group -> pair(group, pairs));
    pair(List.of(0x390, 0x1fd3), pairs);
    pair(List.of(0x3b0, 0x1fe3), pairs);
    pair(List.of(0xfb05, 0xfb06), pairs);
    return pairs.toArray(int[][]::new);
  }

  private static int folded(int codePoint) {
    return Character.toUpperCase(Character.toLowerCase(codePoint));
  }

  private static void pair(List<Integer> group, List<int[]> into) {
    for (int one : group) {
      for (int other : group) {
        if (one != other) {
          into.add(new int[] {one, other});
        }
      }
    }
  }
}
