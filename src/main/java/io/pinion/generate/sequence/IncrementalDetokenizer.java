package io.pinion.generate.sequence;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Collects the bytes of a completion and searches them for stop strings.
 *
 * <p>A stop string may begin in one token and end in another, and a token may end inside a UTF-8
 * sequence, so the search is over bytes. Not thread-safe.
 */
final class IncrementalDetokenizer {
  private final byte[][] stops;
  private byte[] bytes;
  private int length;

  IncrementalDetokenizer(byte[][] stops) {
    this(stops, new byte[64], 0);
  }

  private IncrementalDetokenizer(byte[][] stops, byte[] bytes, int length) {
    this.stops = stops;
    this.bytes = bytes;
    this.length = length;
  }

  /** An independent copy. */
  IncrementalDetokenizer fork() {
    return new IncrementalDetokenizer(stops, bytes.clone(), length);
  }

  /**
   * Appends a token's bytes.
   *
   * @param stoppable whether a stop string that ends in these bytes ends the text
   * @return whether one did; the text is then cut before the earliest one
   */
  boolean append(byte[] added, boolean stoppable) {
    int before = length;
    if (length + added.length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + added.length));
    }
    System.arraycopy(added, 0, bytes, length, added.length);
    length += added.length;
    return stoppable && cut(before);
  }

  private boolean cut(int before) {
    int earliest = length;
    for (byte[] stop : stops) {
      int from = Math.max(0, before - stop.length + 1);
      for (int at = from; at + stop.length <= length && at < earliest; at++) {
        if (Arrays.equals(bytes, at, at + stop.length, stop, 0, stop.length)) {
          earliest = at;
        }
      }
    }
    boolean found = earliest < length;
    length = earliest;
    return found;
  }

  /** The text; invalid UTF-8 becomes U+FFFD. */
  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
