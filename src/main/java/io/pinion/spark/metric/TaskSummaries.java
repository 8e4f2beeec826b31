package io.pinion.spark.metric;

import java.util.List;
import org.apache.spark.util.AccumulatorV2;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Merges what tasks tell, on the driver. What tasks get of it, and send back, is Spark's own
 * accumulator of bytes: Spark reads the results of tasks without the jars that a session added to
 * itself, so that a class of Pinion in them would not be found. Thread-safe.
 */
final class TaskSummaries extends CollectionAccumulator<byte[]> {
  private static final long serialVersionUID = 1;

  private final TaskSummary all = new TaskSummary();

  @Override
  public CollectionAccumulator<byte[]> copyAndReset() {
    return new CollectionAccumulator<>();
  }

  @Override
  public synchronized void merge(AccumulatorV2<byte[], List<byte[]>> other) {
    other.value().forEach(all::merge);
  }

  synchronized TaskSummary all() {
    TaskSummary copy = new TaskSummary();
    copy.merge(all);
    return copy;
  }
}
