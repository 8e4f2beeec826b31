package io.pinion.text.tokenizer;

import java.io.ByteArrayOutputStream;
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

  /** The bytes of a token's text; a character outside the alphabet stands for its UTF-8 bytes. */
  static byte[] decode(String piece) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    piece
        .codePoints()
        .forEach(
            point -> {
              Byte value = point <= Character.MAX_VALUE ? BYTES.get((char) point) : null;
              if (value == null) {
                bytes.writeBytes(Character.toString(point).getBytes(StandardCharsets.UTF_8));
              } else {
                bytes.write(value);
              }
            });
    return bytes.toByteArray();
  }
}
