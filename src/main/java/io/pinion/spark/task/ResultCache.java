package io.pinion.spark.task;

import io.pinion.generate.GenerationResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Finished results by request, the least recently used dropped when there are too many or they have
 * too many tokens together: some 15 MB at most. Used by the task's thread alone.
 */
final class ResultCache {
  static final int MAX_RESULTS = 10_000;
  static final long MAX_TOKENS = 500_000;

  private final int mostResults;
  private final long mostTokens;
  private final Map<String, GenerationResult> results = new LinkedHashMap<>(16, 0.75f, true);
  private long tokens;

  ResultCache() {
    this(MAX_RESULTS, MAX_TOKENS);
  }

  /**
   * @param mostTokens of completions, all results together
   */
  ResultCache(int mostResults, long mostTokens) {
    this.mostResults = mostResults;
    this.mostTokens = mostTokens;
  }

  /** The result of a request, or {@code null} where it is not kept. */
  GenerationResult get(String request) {
    return results.get(request);
  }

  /** Keeps a result; one that is too long by itself is gone at once, with all others. */
  void put(String request, GenerationResult result) {
    GenerationResult before = results.put(request, result);
    tokens += tokens(result) - (before == null ? 0 : tokens(before));
    Iterator<GenerationResult> eldest = results.values().iterator();
    while (results.size() > mostResults || tokens > mostTokens) {
      tokens -= tokens(eldest.next());
      eldest.remove();
    }
  }

  int size() {
    return results.size();
  }

  /** How many tokens the results have together. */
  long tokens() {
    return tokens;
  }

  private static long tokens(GenerationResult result) {
    return result.completions().stream()
        .mapToLong(completion -> completion.tokenIds().length)
        .sum();
  }
}
