package io.pinion.guide.error;

/** A guide needs more states, items or steps than it may have; only its own row fails. */
public sealed class GuideLimitException extends GuideException permits GuideStepsException {
  public GuideLimitException(String message) {
    super(message);
  }
}
