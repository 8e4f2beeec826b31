package io.pinion.generate.sample;

/**
 * The likeliest continuations of a search's beams, best first.
 *
 * @param parents by candidate, the index of the beam that it continues
 * @param tokens by candidate, the token that it adds
 * @param scores by candidate, the sum of its tokens' scores; far below any other if the token is
 *     not allowed, NaN if logits are
 * @param logprobs by candidate, the log probability of its token
 */
public record BeamCandidates(int[] parents, int[] tokens, double[] scores, float[] logprobs) {}
