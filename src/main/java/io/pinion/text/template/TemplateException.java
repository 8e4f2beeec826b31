package io.pinion.text.template;

/** A chat or prompt template is malformed, fails, or rejects the conversation. */
public final class TemplateException extends RuntimeException {
  public TemplateException(String message) {
    super(message);
  }

  public TemplateException(String message, Throwable cause) {
    super(message, cause);
  }
}
