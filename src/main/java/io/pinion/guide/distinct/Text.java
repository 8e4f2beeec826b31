package io.pinion.guide.distinct;

import java.nio.charset.StandardCharsets;

/**
 * Bytes that are added one by one, each text sharing those before it. Immutable. Its hash is that
 * of the string whose characters are the bytes, so that a text can be looked for without one.
 *
 * @param before the text without the last byte; null in the empty text
 */
record Text(Text before, byte last, int length, int hash) {
  static final Text EMPTY = new Text(null, (byte) 0, 0, 0);

  Text with(int value) {
    return new Text(this, (byte) value, length + 1, 31 * hash + value);
  }

  /** Adds a character's bytes in UTF-8. */
  Text withCharacter(int character) {
    if (character < 0x80) {
      return with(character);
    }
    Text made = this;
    for (byte value : Character.toString(character).getBytes(StandardCharsets.UTF_8)) {
      made = made.with(value & 0xff);
    }
    return made;
  }

  /** The string whose characters are the bytes. */
  @Override
  public String toString() {
    byte[] bytes = new byte[length];
    for (Text text = this; text.before != null; text = text.before) {
      bytes[text.length - 1] = text.last;
    }
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
