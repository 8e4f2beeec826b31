package io.pinion.text.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * The alphabet of byte-level BPE (Radford et al. 2019): a printable byte is written as itself, any
 * other as a character from U+0100 on.
 */
final class ByteAlphabet {
  private static final Map<Character, Byte> BYTES = new HashMap<>();

  static {
    char next = 256;
    for (int value = 0; value < 256; value++) {
      boolean printable =
          value >= '!' && value <= '~' || value >= 0xa1 && value <= 0xac || value >= 0xae;
      BYTES.put(printable ? (char) value : next++, (byte) value);
    }
  }

  private ByteAlphabet() {}

  /**
   * The bytes of a token's text. If any character is outside the alphabet, the text was not written
   * in it and stands for its own UTF-8 bytes, as in Hugging Face's library.
   */
  static byte[] decode(String piece) {
    byte[] bytes = new byte[piece.length()];
    for (int i = 0; i < bytes.length; i++) {
      Byte value = BYTES.get(piece.charAt(i));
      if (value == null) {
        return piece.getBytes(StandardCharsets.UTF_8);
      }
      bytes[i] = value;
    }
    return bytes;
  }
}
