package io.pinion.spark.ledger;

import io.pinion.generate.GenerationResult;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A least-recently-used cache of finished results by request, limited in results and in their total
 * tokens, to about 15 MB. Not thread-safe; used by the task's thread only.
 *
 * @param <K> what names a request
 */
public final class ResultCache<K> {
  static final int MAX_RESULTS = 10_000;
  static final long MAX_TOKENS = 500_000;

  private final int mostResults;
  private final long mostTokens;
  private final Map<K, GenerationResult> results = new LinkedHashMap<>(16, 0.75f, true);
  private long tokens;

  /** A cache with the limits of a task. */
  public ResultCache() {
    this(MAX_RESULTS, MAX_TOKENS);
  }

  /**
   * @param mostTokens the most completion tokens, over all results
   */
  public ResultCache(int mostResults, long mostTokens) {
    this.mostResults = mostResults;
    this.mostTokens = mostTokens;
  }

  /** The result of a request, or {@code null} if it is not cached. */
  public GenerationResult get(K request) {
    return results.get(request);
  }

  /** Caches a result. One that exceeds the limit by itself empties the cache. */
  public void put(K request, GenerationResult result) {
    GenerationResult before = results.put(request, result);
    tokens += result.completionTokens() - (before == null ? 0 : before.completionTokens());
    Iterator<GenerationResult> eldest = results.values().iterator();
    while (results.size() > mostResults || tokens > mostTokens) {
      tokens -= eldest.next().completionTokens();
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
}
