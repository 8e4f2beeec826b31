package io.pinion.text;

import java.util.BitSet;
import java.util.Objects;

/**
 * The bytes that each token id stands for. Bytes, not text: a token may end inside a UTF-8
 * sequence.
 *
 * <p>Immutable and thread-safe; callers must not change the arrays it returns.
 */
public final class Vocabulary {
  private static final byte[] NOTHING = {};

  private final byte[][] bytes;
  private final BitSet special;

  /**
   * @param bytes the bytes of each token, by id; {@code null} if an id is not in use
   * @param special the ids of control tokens, which add nothing to the generated text
   */
  public Vocabulary(byte[][] bytes, BitSet special) {
    this.bytes = Objects.requireNonNull(bytes, "bytes");
    this.special = Objects.requireNonNull(special, "special");
  }

  /** A vocabulary in which each of the 256 bytes is a token, for work that needs no tokenizer. */
  public static Vocabulary ofBytes() {
    byte[][] bytes = new byte[256][];
    for (int value = 0; value < 256; value++) {
      bytes[value] = new byte[] {(byte) value};
    }
    return new Vocabulary(bytes, new BitSet());
  }

  /** The number of ids, including those not in use. */
  public int size() {
    return bytes.length;
  }

  /** The bytes of a token; empty for an id that is not in use or beyond the vocabulary. */
  public byte[] bytes(int token) {
    byte[] found = token < bytes.length ? bytes[token] : null;
    return found == null ? NOTHING : found;
  }

  /** Whether a token is a control token, such as the end of text. */
  public boolean special(int token) {
    return special.get(token);
  }
}
