package io.pinion.setting;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest by which settings, requests, rows and models are told apart. Thread-safe. */
public final class Sha256 {
  private Sha256() {}

  /** A digest to be fed. */
  public static MessageDigest begin() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The first bytes of a digest in hexadecimal digits.
   *
   * @param length in bytes, up to 32
   */
  public static String hex(byte[] bytes, int length) {
    return HexFormat.of().formatHex(begin().digest(bytes), 0, length);
  }

  /** The digest of a text in 64 hexadecimal digits. */
  public static String hex(String text) {
    return HexFormat.of().formatHex(begin().digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
