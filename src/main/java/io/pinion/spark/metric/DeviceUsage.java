package io.pinion.spark.metric;

import java.io.Serializable;
import java.util.Map;

/**
 * What one executor did on one set of devices.
 *
 * @param hardware the device's name and memory
 * @param loads how many times a model was loaded; 1 unless an executor was lost, or had to unload
 *     the model to make room for another
 * @param loadSeconds how long the loads took
 * @param releases how many unused models were unloaded to make room for this one
 * @param peakMemoryBytes the most memory that the executor's process or the device held
 * @param firstRowMillis when the first row came in, in milliseconds since 1970
 * @param lastRowMillis when the last row came out, in the same unit
 * @param versions engine, PyTorch, CUDA, driver, the CPU's kernels, DJL and Java
 */
public record DeviceUsage(
    String executor,
    String device,
    String hardware,
    long rows,
    long promptTokens,
    long completionTokens,
    long loads,
    double loadSeconds,
    long releases,
    long peakMemoryBytes,
    long firstRowMillis,
    long lastRowMillis,
    Map<String, String> versions)
    implements Serializable {

  public DeviceUsage {
    versions = Map.copyOf(versions);
  }

  /** The sum of both, which must be of the same executor and device. */
  DeviceUsage plus(DeviceUsage other) {
    return new DeviceUsage(
        executor,
        device,
        hardware,
        rows + other.rows,
        promptTokens + other.promptTokens,
        completionTokens + other.completionTokens,
        loads + other.loads,
        loadSeconds + other.loadSeconds,
        releases + other.releases,
        Math.max(peakMemoryBytes, other.peakMemoryBytes),
        Math.min(firstRowMillis, other.firstRowMillis),
        Math.max(lastRowMillis, other.lastRowMillis),
        versions.isEmpty() ? other.versions : versions);
  }
}
