package io.pinion.generate;

import java.util.List;

/**
 * What came of one request.
 *
 * @param promptTokens how many tokens the prompt has
 * @param cachedPromptTokens how many of them were taken from an earlier row's prompt
 * @param completions {@code n} completions, best first for beam search; empty where the row failed
 * @param error {@code null}, or why the row failed
 */
public record GenerationResult(
    String rowId,
    int promptTokens,
    int cachedPromptTokens,
    List<Completion> completions,
    RowException error) {}
