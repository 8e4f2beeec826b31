package io.pinion.guide.regex;

import io.pinion.guide.error.GuideLimitException;
import java.util.concurrent.TimeUnit;

/**
 * Limits what the automata of one guide may cost: steps and time per compilation or per step of a
 * row, and bytes over the lifetime of the guide. Bytes are estimated, rather too high than too low.
 * Not thread-safe.
 */
final class Budget {
  static final long MAX_BYTES = 64L << 20;
  private static final long MAX_SECONDS = 5;
  private static final int STEPS_BETWEEN_LOOKS = 1024;

  private final long mostSteps;
  private long steps;
  private long begun = System.nanoTime();
  private long bytes;

  Budget(long mostSteps) {
    this.mostSteps = mostSteps;
  }

  /** Restores the full budget of steps and time. */
  void renew() {
    steps = 0;
    begun = System.nanoTime();
  }

  void spend(int more) {
    long before = steps;
    steps += more;
    if (steps > mostSteps) {
      throw new GuideLimitException(
          "the guide needs more than " + mostSteps + " steps to build its automata");
    }
    if (before / STEPS_BETWEEN_LOOKS != steps / STEPS_BETWEEN_LOOKS
        && System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
      throw new GuideLimitException(
          "the guide needs more than " + MAX_SECONDS + " s to build its automata");
    }
  }

  void hold(long more) {
    if (bytes + more > MAX_BYTES) {
      throw new GuideLimitException(
          "the guide needs more than " + (MAX_BYTES >> 20) + " MiB for its automata");
    }
    bytes += more;
  }

  /** The estimated memory use in bytes. */
  long bytes() {
    return bytes;
  }
}
