/**
 * Generation: requests, sampling parameters, results, and the interfaces to submit and wait.
 *
 * <p>A leaf: imports only {@code setting}, {@code guide} and {@code text}. Its subpackages contain
 * the implementation; start at {@link io.pinion.generate.batch.ContinuousBatcher}.
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
