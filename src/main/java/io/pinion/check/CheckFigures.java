package io.pinion.check;

import java.util.Arrays;
import java.util.Locale;

/** The counts and times of a check. Each thread collects its own; they are added up at the end. */
public final class CheckFigures {
  private static final int BUCKETS = 4096;

  long ok;
  long unsupported;
  long errors;
  long passed;
  long validRejected;
  long invalidAccepted;
  private final long[] compiles = new long[BUCKETS];
  private final long[] masks = new long[BUCKETS];
  private long longestCompile;
  private long longestMask;

  void compile(long nanos) {
    compiles[bucket(nanos)]++;
    longestCompile = Math.max(longestCompile, nanos);
  }

  void mask(long nanos) {
    masks[bucket(nanos)]++;
    longestMask = Math.max(longestMask, nanos);
  }

  /** Adds the counts and times of another check. */
  public synchronized void add(CheckFigures other) {
    ok += other.ok;
    unsupported += other.unsupported;
    errors += other.errors;
    passed += other.passed;
    validRejected += other.validRejected;
    invalidAccepted += other.invalidAccepted;
    Arrays.setAll(compiles, i -> compiles[i] + other.compiles[i]);
    Arrays.setAll(masks, i -> masks[i] + other.masks[i]);
    longestCompile = Math.max(longestCompile, other.longestCompile);
    longestMask = Math.max(longestMask, other.longestMask);
  }

  /** The histogram bucket of a time; buckets are about two percent wide. */
  private static int bucket(long nanos) {
    long bounded = Math.max(nanos, 1);
    int power = 63 - Long.numberOfLeadingZeros(bounded);
    long within = power >= 6 ? bounded >> power - 6 : bounded << 6 - power;
    return Math.min(power << 6 | (int) within & 63, BUCKETS - 1);
  }

  private static double micros(int bucket) {
    double fraction = 1 + (bucket & 63) / 64.0;
    return fraction * Math.pow(2, bucket >> 6) / 1000;
  }

  private static double quantile(long[] counts, double share) {
    long total = Arrays.stream(counts).sum();
    long before = 0;
    for (int i = 0; i < counts.length; i++) {
      before += counts[i];
      if (before > 0 && before >= share * total) {
        return micros(i);
      }
    }
    return 0;
  }

  /** The counts and times as readable text. */
  public String summary() {
    return String.format(
            Locale.ROOT,
            "ok %d, unsupported %d, error %d, pass %d, valid rejected %d, invalid accepted %d%n",
            ok,
            unsupported,
            errors,
            passed,
            validRejected,
            invalidAccepted)
        + times("compile", compiles, longestCompile)
        + times("mask", masks, longestMask);
  }

  private static String times(String name, long[] counts, long longest) {
    return String.format(
        Locale.ROOT,
        "%s us: p50 %.1f, p90 %.1f, p99 %.1f, p99.9 %.1f, max %.1f (%d)%n",
        name,
        quantile(counts, 0.5),
        quantile(counts, 0.9),
        quantile(counts, 0.99),
        quantile(counts, 0.999),
        longest / 1000.0,
        Arrays.stream(counts).sum());
  }
}
