package io.pinion.generate;

import java.util.List;

/**
 * What came of one request.
 *
 * @param promptTokens how many tokens the prompt has
 * @param completions {@code n} completions, best first for beam search; empty where the row failed
 * @param error {@code null}, or why the row failed
 */
public record GenerationResult(
    String rowId, int promptTokens, List<Completion> completions, RowException error) {}
