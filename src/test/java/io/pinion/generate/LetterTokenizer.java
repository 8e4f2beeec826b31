package io.pinion.generate;

import io.pinion.text.Tokenizer;
import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Token 0 is the end of text; the others are the letters a to y, one byte each. */
final class LetterTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;

  LetterTokenizer(int size) {
    byte[][] bytes = new byte[size][];
    for (int i = 0; i < size; i++) {
      bytes[i] = i == 0 ? "</s>".getBytes(StandardCharsets.UTF_8) : new byte[] {(byte) ('`' + i)};
    }
    BitSet special = new BitSet();
    special.set(0);
    vocabulary = new Vocabulary(bytes, special);
  }

  @Override
  public int[] encode(String text, boolean addSpecialTokens) {
    return text.chars().map(letter -> letter - '`').toArray();
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public void close() {}
}
