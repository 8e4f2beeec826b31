package io.pinion.generate;

import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Token 0 is the end of text; the others are the letters a to y, one byte each. */
public final class LetterTokenizer implements Tokenizer {
  private final Vocabulary vocabulary;

  public LetterTokenizer(int size) {
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
