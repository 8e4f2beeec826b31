package io.pinion.generate;

/**
 * One generated text.
 *
 * @param tokenIds the generated tokens, a final stop token included
 * @param logprobs by token, the natural logarithm of its probability under the model's own
 *     distribution, before temperature and filters; 0 for tokens that were not chosen: those that a
 *     guide forces, and those that complete a guided text at max-tokens
 */
public record Completion(
    String text, FinishReason finishReason, int[] tokenIds, float[] logprobs) {}
