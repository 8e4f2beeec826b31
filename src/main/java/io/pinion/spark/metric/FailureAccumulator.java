package io.pinion.spark.metric;

import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/** Counts failed rows by message. After a few distinct messages the rest are counted together. */
public final class FailureAccumulator extends AccumulatorV2<String, Map<String, Long>> {
  private static final long serialVersionUID = 1;
  private static final int MAX_MESSAGES = 10;
  private static final String OTHERS = "other errors";

  private final TreeMap<String, Long> counts = new TreeMap<>();

  @Override
  public synchronized boolean isZero() {
    return counts.isEmpty();
  }

  @Override
  public synchronized FailureAccumulator copy() {
    FailureAccumulator copy = new FailureAccumulator();
    copy.counts.putAll(counts);
    return copy;
  }

  @Override
  public synchronized void reset() {
    counts.clear();
  }

  @Override
  public synchronized void add(String message) {
    add(message, 1);
  }

  private void add(String message, long count) {
    boolean room = counts.containsKey(message) || counts.size() < MAX_MESSAGES;
    counts.merge(room ? message : OTHERS, count, Long::sum);
  }

  @Override
  public synchronized void merge(AccumulatorV2<String, Map<String, Long>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public synchronized Map<String, Long> value() {
    return new TreeMap<>(counts);
  }
}
