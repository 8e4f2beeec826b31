package io.pinion.generate;

import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Byte pair encoding, learned from a text: tokens 0 to 255 are the bytes, then the merges in the
 * order of their ranks, then the end of text.
 */
public final class MergeTokenizer implements Tokenizer {
  private final Map<List<Integer>, Integer> merges = new HashMap<>();
  private final Vocabulary vocabulary;
  public final int end;

  public MergeTokenizer(String text, int mergeCount) {
    List<byte[]> bytes = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      bytes.add(new byte[] {(byte) value});
    }
    List<Integer> learned = symbols(text);
    for (int i = 0; i < mergeCount; i++) {
      List<Integer> best = likeliest(learned);
      byte[] left = bytes.get(best.get(0));
      byte[] both = Arrays.copyOf(left, left.length + bytes.get(best.get(1)).length);
      System.arraycopy(bytes.get(best.get(1)), 0, both, left.length, both.length - left.length);
      merges.put(best, bytes.size());
      learned = merged(learned, best);
      bytes.add(both);
    }
    end = bytes.size();
    bytes.add("</s>".getBytes(StandardCharsets.UTF_8));
    BitSet special = new BitSet();
    special.set(end);
    vocabulary = new Vocabulary(bytes.toArray(byte[][]::new), special);
  }

  private static List<Integer> symbols(String text) {
    List<Integer> symbols = new ArrayList<>();
    for (byte value : text.getBytes(StandardCharsets.UTF_8)) {
      symbols.add(value & 0xff);
    }
    return symbols;
  }

  private static List<Integer> likeliest(List<Integer> symbols) {
    Map<List<Integer>, Integer> counts = new HashMap<>();
    List<Integer> best = null;
    for (int i = 0; i + 1 < symbols.size(); i++) {
      List<Integer> pair = List.of(symbols.get(i), symbols.get(i + 1));
      int count = counts.merge(pair, 1, Integer::sum);
      best = best == null || count > counts.get(best) ? pair : best;
    }
    return best;
  }

  private List<Integer> merged(List<Integer> symbols, List<Integer> pair) {
    List<Integer> merged = new ArrayList<>();
    for (int i = 0; i < symbols.size(); i++) {
      if (i + 1 < symbols.size() && symbols.subList(i, i + 2).equals(pair)) {
        merged.add(merges.get(pair));
        i++;
      } else {
        merged.add(symbols.get(i));
      }
    }
    return merged;
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    List<Integer> symbols = symbols(text);
    while (true) {
      List<Integer> best = null;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        List<Integer> pair = symbols.subList(i, i + 2);
        Integer rank = merges.get(pair);
        best = rank != null && (best == null || rank < merges.get(best)) ? List.copyOf(pair) : best;
      }
      if (best == null) {
        return symbols.stream().mapToInt(Integer::intValue).toArray();
      }
      symbols = merged(symbols, best);
    }
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void close() {}
}
