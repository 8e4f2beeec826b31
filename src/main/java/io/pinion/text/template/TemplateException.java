package io.pinion.text.template;

/** A chat or prompt template that is broken, or that refuses the conversation given to it. */
public final class TemplateException extends RuntimeException {
  public TemplateException(String message) {
    super(message);
  }

  public TemplateException(String message, Throwable cause) {
    super(message, cause);
  }
}
