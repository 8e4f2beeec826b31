package io.pinion.text.template;

/**
 * A chat template takes far more work than the templates of known models need for the same
 * conversation. That is the template's fault and no row's, so it concerns the whole job.
 */
public final class TemplateBudgetException extends RuntimeException {
  private static final long serialVersionUID = 1;

  TemplateBudgetException(String message, Throwable cause) {
    super(message, cause);
  }
}
