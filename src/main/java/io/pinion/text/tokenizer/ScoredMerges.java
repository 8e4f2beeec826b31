package io.pinion.text.tokenizer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Derives BPE merges from the pieces and scores of a SentencePiece vocabulary: every way to join
 * two pieces into a third, best results first, as transformers does.
 */
final class ScoredMerges {
  record Merge(String left, String right, double score, int leftId, int rightId) {}

  private final Map<String, Integer> ids = new HashMap<>();
  private final List<Double> scores;

  private ScoredMerges(GgufTokenizerEntries entries) {
    this.scores = entries.scores();
    for (int id = 0; id < entries.tokens().size(); id++) {
      if (mergeable(entries.type(id))) {
        ids.put(entries.tokens().get(id), id);
      }
    }
  }

  static List<Merge> of(GgufTokenizerEntries entries) {
    ScoredMerges merges = new ScoredMerges(entries);
    List<Merge> all = new ArrayList<>();
    // By id: the sort is stable, so merges that compare as equal keep this order.
    merges.ids.entrySet().stream()
        .sorted(Map.Entry.comparingByValue())
        .forEach(entry -> all.addAll(merges.ways(entry.getKey(), entry.getValue())));
    all.sort(
        Comparator.comparingDouble(Merge::score)
            .thenComparingInt(merge -> merge.left.length())
            .thenComparingInt(merge -> merge.right.length())
            .reversed());
    return all;
  }

  /** SentencePiece never looks up a byte, control or unknown token by its text. */
  private static boolean mergeable(int type) {
    return type == GgufTokenizerEntries.NORMAL
        || type == GgufTokenizerEntries.USER_DEFINED
        || type == GgufTokenizerEntries.UNUSED;
  }

  private List<Merge> ways(String piece, int id) {
    List<Merge> ways = new ArrayList<>();
    for (int at = 1; at < piece.length(); at++) {
      Integer left = ids.get(piece.substring(0, at));
      Integer right = ids.get(piece.substring(at));
      if (left != null && right != null) {
        ways.add(
            new Merge(piece.substring(0, at), piece.substring(at), scores.get(id), left, right));
      }
    }
    ways.sort(Comparator.comparingInt(Merge::leftId).thenComparingInt(Merge::rightId));
    return ways;
  }
}
