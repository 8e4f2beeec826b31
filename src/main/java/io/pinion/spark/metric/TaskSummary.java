package io.pinion.spark.metric;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tasks tell the driver besides numbers: failed rows by message, the identities of sampled
 * rows, and what was done on each device. Not thread-safe.
 */
public final class TaskSummary implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MAX_MESSAGES = 10;
  private static final String OTHERS = "other errors";

  private final TreeMap<String, Long> failures = new TreeMap<>();
  private final RowIdentities identities = new RowIdentities();
  private final TreeMap<String, DeviceUsage> usages = new TreeMap<>();

  /** Counts a failed row. After ten distinct messages the rest are counted together. */
  public void failed(String message) {
    failed(message, 1);
  }

  private void failed(String message, long count) {
    boolean room = failures.containsKey(message) || failures.size() < MAX_MESSAGES;
    failures.merge(room ? message : OTHERS, count, Long::sum);
  }

  /** Counts a row whose tokens are drawn at random. */
  public void sampled(String id) {
    identities.add(id);
  }

  /** Adds to what the executor did on these devices. */
  public void used(DeviceUsage usage) {
    usages.merge(usage.executor() + "\n" + usage.device(), usage, DeviceUsage::plus);
  }

  void merge(TaskSummary other) {
    other.failures.forEach(this::failed);
    identities.merge(other.identities);
    other.usages.values().forEach(this::used);
  }

  Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }

  RowIdentities.Count identities() {
    return identities.count();
  }

  List<DeviceUsage> usages() {
    return List.copyOf(usages.values());
  }

  byte[] bytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(this);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  static TaskSummary of(byte[] bytes) {
    try (ObjectInputStream in = new Reader(bytes)) {
      return (TaskSummary) in.readObject();
    } catch (IOException e) {
      throw new UncheckedIOException("the summary of a task cannot be read", e);
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the driver and an executor have other builds of Pinion", e);
    }
  }

  /** Finds classes where this one is, which may be in the jar of a session alone. */
  private static final class Reader extends ObjectInputStream {
    Reader(byte[] bytes) throws IOException {
      super(new ByteArrayInputStream(bytes));
    }

    @Override
    protected Class<?> resolveClass(java.io.ObjectStreamClass type)
        throws IOException, ClassNotFoundException {
      return Class.forName(type.getName(), false, TaskSummary.class.getClassLoader());
    }
  }
}
