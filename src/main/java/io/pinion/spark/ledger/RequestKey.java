package io.pinion.spark.ledger;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * Names a request by 128 bits of a digest of everything that its text depends on. Requests with
 * equal keys have the same text.
 */
public record RequestKey(long high, long low) implements Serializable {
  static final int BYTES = 2 * Long.BYTES;

  /** The key in the first bytes of an array. */
  static RequestKey of(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    return new RequestKey(buffer.getLong(), buffer.getLong());
  }

  byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** The key in 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
