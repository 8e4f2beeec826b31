package io.pinion.spark.task;

import io.pinion.generate.GenerationResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A least-recently-used cache of finished results by request, limited in results and in their total
 * tokens, to about 15 MB. Not thread-safe; used by the task's thread only.
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
   * @param mostTokens the most completion tokens, over all results
   */
  ResultCache(int mostResults, long mostTokens) {
    this.mostResults = mostResults;
    this.mostTokens = mostTokens;
  }

  /** The result of a request, or {@code null} if it is not cached. */
  GenerationResult get(String request) {
    return results.get(request);
  }

  /** Caches a result. One that exceeds the limit by itself empties the cache. */
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

  /** The number of completion tokens of all results. */
  long tokens() {
    return tokens;
  }

  private static long tokens(GenerationResult result) {
    return result.completions().stream()
        .mapToLong(completion -> completion.tokenIds().length)
        .sum();
  }
}
