package io.pinion.generate.sequence;

import java.util.LinkedHashMap;
import java.util.Map;

/** A map of the entries that were used last. Not thread-safe. */
final class RecentEntries<K, V> extends LinkedHashMap<K, V> {
  private static final long serialVersionUID = 1L;

  private final int most;

  /**
   * @param most how many entries it keeps
   */
  RecentEntries(int most) {
    super(16, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    return size() > most;
  }
}
