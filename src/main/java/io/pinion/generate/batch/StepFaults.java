package io.pinion.generate.batch;

/** Error messages for groups for which a step finds no next token. */
final class StepFaults {
  static final String NOT_NUMBERS =
      "the model's logits are not numbers (NaN); try model.dtype f32 or check the weights";
  static final String NOTHING_ALLOWED =
      "no token is allowed next: lower min-tokens, or change the guide so that the model's tokens"
          + " can spell a text that it allows";

  private StepFaults() {}
}
