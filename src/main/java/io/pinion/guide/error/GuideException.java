package io.pinion.guide.error;

/** A guide cannot be made or followed as asked; the message says why, for the user. */
public class GuideException extends RuntimeException {
  public GuideException(String message) {
    super(message);
  }
}
