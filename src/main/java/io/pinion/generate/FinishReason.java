package io.pinion.generate;

/** Why a completion ended. */
public enum FinishReason {
  /** A stop string, a stop token or the end-of-text token. */
  STOP,
  /** {@code max-tokens} or the model's context. */
  LENGTH,
  /** The row failed; see its error. */
  ERROR
}
