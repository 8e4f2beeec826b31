package io.pinion.guide;

import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** Every byte for itself, then some texts, then an end of text. */
public final class TinyVocabulary {
  private TinyVocabulary() {}

  public static Vocabulary of(String... texts) {
    List<byte[]> bytes = new ArrayList<>();
    for (int value = 0; value < 256; value++) {
      bytes.add(new byte[] {(byte) value});
    }
    for (String text : texts) {
      bytes.add(text.getBytes(StandardCharsets.UTF_8));
    }
    BitSet special = new BitSet();
    special.set(bytes.size());
    bytes.add("<end>".getBytes(StandardCharsets.UTF_8));
    return new Vocabulary(bytes.toArray(byte[][]::new), special);
  }
}
