package io.pinion.generate;

/**
 * One generated text.
 *
 * @param tokenIds the generated tokens, a final stop token included
 * @param logprobs by token, the natural logarithm of its probability under the model's own
 *     distribution, before temperature and filters; 0 where no choice was made: for tokens that a
 *     guide forces, and for an end that is written for max-tokens
 */
public record Completion(
    String text, FinishReason finishReason, int[] tokenIds, float[] logprobs) {}
