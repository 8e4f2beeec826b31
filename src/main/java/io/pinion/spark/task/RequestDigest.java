package io.pinion.spark.task;

import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Names for requests that depend on what is asked for alone: the same in every partition, run and
 * JVM. Cut to 128 bits, which no two requests share by chance.
 */
final class RequestDigest {
  private static final int BYTES = 16;

  private RequestDigest() {}

  /** A name for a prompt. */
  static String of(int[] prompt) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * prompt.length);
    bytes.asIntBuffer().put(prompt);
    return digest(bytes.array());
  }

  /**
   * A name for everything that a result depends on, the row's id aside.
   *
   * @param guide {@code null} for any text
   */
  static String of(int[] prompt, SamplingParameters sampling, GuideRequest guide, boolean closes) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(prompt.length);
      for (int token : prompt) {
        out.writeInt(token);
      }
      write(out, sampling);
      out.writeBoolean(guide != null);
      if (guide != null) {
        write(out, guide);
        out.writeBoolean(closes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return digest(bytes.toByteArray());
  }

  private static void write(DataOutputStream out, SamplingParameters s) throws IOException {
    out.writeDouble(s.temperature());
    out.writeDouble(s.topP());
    out.writeInt(s.topK());
    out.writeDouble(s.minP());
    out.writeDouble(s.repetitionPenalty());
    out.writeDouble(s.presencePenalty());
    out.writeDouble(s.frequencyPenalty());
    out.writeInt(s.maxTokens());
    out.writeInt(s.minTokens());
    out.writeInt(s.stop().size());
    for (String stop : s.stop()) {
      write(out, stop);
    }
    out.writeInt(s.stopTokenIds().size());
    for (int token : s.stopTokenIds()) {
      out.writeInt(token);
    }
    out.writeLong(s.seed());
    out.writeInt(s.n());
    out.writeInt(s.beamWidth());
    out.writeBoolean(s.ignoreEos());
  }

  private static void write(DataOutputStream out, GuideRequest guide) throws IOException {
    write(out, guide.kind().key());
    write(out, guide.text());
    out.writeBoolean(guide.options().anyOrder());
    out.writeInt(guide.options().mostSpaces());
  }

  /** With its length before it, so that no two lists of texts look alike. */
  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String digest(byte[] bytes) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return HexFormat.of().formatHex(digest, 0, BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
