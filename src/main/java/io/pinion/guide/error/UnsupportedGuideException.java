package io.pinion.guide.error;

/**
 * Something in a guide that cannot be followed exactly, so that it is refused rather than ignored.
 */
public final class UnsupportedGuideException extends GuideException {
  public UnsupportedGuideException(String message) {
    super(message);
  }
}
