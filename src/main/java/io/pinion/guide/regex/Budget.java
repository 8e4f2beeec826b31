package io.pinion.guide.regex;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.GuideStepsException;

/**
 * Limits what the automata of one guide may cost: steps per compilation or per step of a row, and
 * bytes over the lifetime of the guide. Bytes are estimated, rather too high than too low. Nothing
 * here looks at a clock, so that a guide has the same answer on a busy machine as on an idle one.
 * Not thread-safe, but for {@link #bytesAtLastTurn}.
 */
final class Budget {
  static final long MAX_BYTES = 64L << 20;

  private final long mostSteps;
  private long stepsOfTurn;
  private long steps;
  private long bytes;
  private volatile long bytesAtLastTurn;

  Budget(long mostSteps) {
    this.mostSteps = mostSteps;
    this.stepsOfTurn = mostSteps;
  }

  /** Restores the budget of steps: the full one, or a smaller one. */
  void renew(long most) {
    stepsOfTurn = Math.min(most, mostSteps);
    steps = 0;
    if (bytes != bytesAtLastTurn) {
      bytesAtLastTurn = bytes;
    }
  }

  void spend(int more) {
    steps += more;
    if (steps > stepsOfTurn) {
      throw new GuideStepsException(stepsOfTurn);
    }
  }

  void hold(long more) {
    if (bytes + more > MAX_BYTES) {
      throw new GuideLimitException(
          "the guide needs more than " + (MAX_BYTES >> 20) + " MiB for its automata");
    }
    bytes += more;
  }

  /** The steps spent since the budget was last restored. */
  long steps() {
    return steps;
  }

  /** The estimated memory use in bytes. */
  long bytes() {
    return bytes;
  }

  /** The estimated memory use in bytes when a turn last began; any thread may ask. */
  long bytesAtLastTurn() {
    return bytesAtLastTurn;
  }
}
