/**
 * Sampling and continuous batching. Imports {@code model}, {@code device} and {@code text}.
 *
 * <pre>{@code
 * try (Generator generator = ContinuousBatcher.open(model, tokenizer, eosTokenIds, 64);
 *     GenerationSession session = generator.open("task 0")) {
 *   int[] prompt = tokenizer.encode("Once upon a time", true);
 *   session.submit(new GenerationRequest("row 0", prompt, SamplingParameters.DEFAULTS));
 *   GenerationResult result = session.next();
 * }
 * }</pre>
 */
package io.pinion.generate;
