package io.pinion.spark.metric;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.util.AccumulatorV2;

/** Adds up {@link DeviceUsage} by executor and device. */
public final class UsageAccumulator extends AccumulatorV2<DeviceUsage, List<DeviceUsage>> {
  private static final long serialVersionUID = 1;

  private final Map<String, DeviceUsage> usages = new TreeMap<>();

  @Override
  public synchronized boolean isZero() {
    return usages.isEmpty();
  }

  @Override
  public synchronized UsageAccumulator copy() {
    UsageAccumulator copy = new UsageAccumulator();
    copy.usages.putAll(usages);
    return copy;
  }

  @Override
  public synchronized void reset() {
    usages.clear();
  }

  @Override
  public synchronized void add(DeviceUsage usage) {
    usages.merge(usage.executor() + "\n" + usage.device(), usage, DeviceUsage::plus);
  }

  @Override
  public void merge(AccumulatorV2<DeviceUsage, List<DeviceUsage>> other) {
    other.value().forEach(this::add);
  }

  @Override
  public synchronized List<DeviceUsage> value() {
    return List.copyOf(usages.values());
  }
}
