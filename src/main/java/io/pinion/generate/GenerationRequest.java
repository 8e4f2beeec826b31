package io.pinion.generate;

/**
 * One row to generate for.
 *
 * @param rowId what names the row in every run, whatever its partition; the source of its random
 *     numbers together with the seed
 * @param promptTokenIds the prompt; not empty
 */
public record GenerationRequest(String rowId, int[] promptTokenIds, SamplingParameters sampling) {}
