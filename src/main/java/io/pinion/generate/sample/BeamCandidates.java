package io.pinion.generate.sample;

/**
 * The likeliest continuations of a search's beams, best first.
 *
 * @param parents by candidate, the index of the beam that it continues
 * @param tokens by candidate, the token it adds
 * @param scores by candidate, the sum of its tokens' scores; far below any other where the token is
 *     not allowed, NaN where logits are
 * @param logprobs by candidate, the logarithmic probability of its token
 */
public record BeamCandidates(int[] parents, int[] tokens, double[] scores, float[] logprobs) {}
