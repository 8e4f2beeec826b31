package io.pinion.generate;

import java.util.List;

/**
 * The result of one request.
 *
 * @param promptTokens number of tokens in the prompt
 * @param cachedPromptTokens how many of them came from the prefix cache
 * @param completions {@code n} completions, best first for beam search; empty if the row failed
 * @param error {@code null}, or why the row failed
 */
public record GenerationResult(
    String rowId,
    int promptTokens,
    int cachedPromptTokens,
    List<Completion> completions,
    RowException error) {

  /** The number of tokens of all completions. */
  public long completionTokens() {
    return completions.stream().mapToLong(completion -> completion.tokenIds().length).sum();
  }
}
