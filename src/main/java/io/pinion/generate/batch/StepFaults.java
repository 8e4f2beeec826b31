package io.pinion.generate.batch;

/** What a group's error says where a step finds no next token for it. */
final class StepFaults {
  static final String NOT_NUMBERS =
      "the model's logits are not numbers (NaN); try model.dtype f32 or check the weights";
  static final String NOTHING_ALLOWED =
      "no token is allowed to follow: lower min-tokens, or widen what the guide allows to what the"
          + " model's tokens can spell";

  private StepFaults() {}
}
