package io.pinion.generate;

/**
 * The version of everything in Pinion that a row's text depends on: prompts, tokenizers, guides,
 * sampling, the layers of models. Texts of one version are equal for equal requests, so that what
 * an earlier build generated can be used by a later one.
 */
public final class TextVersion {
  /** To be raised with any change after which a request may have another text. */
  public static final int CURRENT = 1;

  private TextVersion() {}
}
