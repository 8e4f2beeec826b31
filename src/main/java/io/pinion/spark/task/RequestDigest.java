package io.pinion.spark.task;

import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import io.pinion.guide.GuideRequest;
import io.pinion.setting.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Names requests by a digest of their content, which is the same in every partition, run and JVM.
 * It has 128 bits of SHA-256, so different requests do not share one by chance.
 */
final class RequestDigest {
  private static final int BYTES = 16;

  private RequestDigest() {}

  /** A name for a prompt. */
  static String of(int[] prompt) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * prompt.length);
    bytes.asIntBuffer().put(prompt);
    return Sha256.hex(bytes.array(), BYTES);
  }

  /**
   * A name for everything that a result depends on, except the row's id.
   *
   * @param guide {@code null} for unconstrained text
   */
  static String of(
      int[] prompt, SamplingParameters sampling, GuideRequest guide, boolean closeAtMaxTokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeInt(prompt.length);
      for (int token : prompt) {
        out.writeInt(token);
      }
      for (SamplingParameter parameter : SamplingParameter.values()) {
        write(out, parameter.of(sampling));
      }
      out.writeBoolean(guide != null);
      if (guide != null) {
        write(out, guide);
        out.writeBoolean(closeAtMaxTokens);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return Sha256.hex(bytes.toByteArray(), BYTES);
  }

  private static void write(DataOutputStream out, Object value) throws IOException {
    if (value instanceof Double number) {
      out.writeDouble(number);
    } else if (value instanceof Integer number) {
      out.writeInt(number);
    } else if (value instanceof Long number) {
      out.writeLong(number);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else if (value instanceof String text) {
      write(out, text);
    } else {
      List<?> items = (List<?>) value;
      out.writeInt(items.size());
      for (Object item : items) {
        write(out, item);
      }
    }
  }

  private static void write(DataOutputStream out, GuideRequest guide) throws IOException {
    write(out, guide.kind().key());
    write(out, guide.text());
    out.writeBoolean(guide.options().anyOrder());
    out.writeInt(guide.options().mostSpaces());
  }

  /** Writes the length first, so that different lists of texts differ in their bytes. */
  private static void write(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }
}
