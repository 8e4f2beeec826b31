package io.pinion.generate.sample;

/**
 * The tokens that may be chosen for a row. Equal only to itself, so that a mask that many rows have
 * in common is known without a look at its bits. Immutable.
 */
public final class TokenMask {
  private final byte[] bits;
  private final boolean any;

  /**
   * @param bits one for each token, lowest bit first, {@code (vocabulary + 7) / 8} bytes, which
   *     must not change
   */
  public TokenMask(byte[] bits) {
    this.bits = bits;
    boolean found = false;
    for (int i = 0; i < bits.length && !found; i++) {
      found = bits[i] != 0;
    }
    this.any = found;
  }

  /** Whether it allows any token. */
  public boolean any() {
    return any;
  }

  /** Whether it allows a token. */
  public boolean allows(int token) {
    return (bits[token >> 3] >> (token & 7) & 1) == 1;
  }

  byte[] bits() {
    return bits;
  }
}
