package io.pinion.spark.metric;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What tasks tell the driver besides numbers: failed rows by message, why completions ended, how
 * long texts were, the identities of sampled rows, and what was done on each device. Not
 * thread-safe.
 */
public final class TaskSummary implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int MAX_MESSAGES = 10;
  private static final String OTHERS = "other errors";
  private static final int MAX_SAMPLES = 3;
  private static final int MAX_ID = 80;

  private final TreeMap<String, Long> failures = new TreeMap<>();
  private final TreeMap<String, List<String>> failedRows = new TreeMap<>();
  private final TreeMap<String, Long> finishReasons = new TreeMap<>();
  private final LengthHistogram promptLengths = new LengthHistogram();
  private final LengthHistogram completionLengths = new LengthHistogram();
  private final RowIdentities identities = new RowIdentities();
  private final TreeMap<String, DeviceUsage> usages = new TreeMap<>();

  /**
   * Counts a failed row. After ten distinct messages the rest are counted together.
   *
   * @param id of the row, of which the first 80 characters are told
   */
  public void failed(String message, String id) {
    failed(message, 1, List.of(id.length() > MAX_ID ? id.substring(0, MAX_ID) + "…" : id));
  }

  private void failed(String message, long count, List<String> ids) {
    boolean room = failures.containsKey(message) || failures.size() < MAX_MESSAGES;
    String kind = room ? message : OTHERS;
    failures.merge(kind, count, Long::sum);
    List<String> samples = failedRows.computeIfAbsent(kind, key -> new ArrayList<>());
    ids.stream().limit(MAX_SAMPLES - samples.size()).forEach(samples::add);
  }

  /** Counts why a completion ended. */
  public void finished(String reason) {
    finishReasons.merge(reason, 1L, Long::sum);
  }

  /** Counts the tokens of a prompt. */
  public void prompt(long tokens) {
    promptLengths.add(tokens);
  }

  /** Counts the tokens of a completion. */
  public void completion(long tokens) {
    completionLengths.add(tokens);
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
    other.failures.forEach(
        (message, count) -> failed(message, count, other.failedRows.get(message)));
    other.finishReasons.forEach((reason, count) -> finishReasons.merge(reason, count, Long::sum));
    promptLengths.merge(other.promptLengths);
    completionLengths.merge(other.completionLengths);
    identities.merge(other.identities);
    other.usages.values().forEach(this::used);
  }

  Map<String, Long> failures() {
    return new TreeMap<>(failures);
  }

  /** Ids of some failed rows, by message. */
  Map<String, List<String>> failedRows() {
    return new TreeMap<>(failedRows);
  }

  Map<String, Long> finishReasons() {
    return new TreeMap<>(finishReasons);
  }

  LengthHistogram promptLengths() {
    return promptLengths;
  }

  LengthHistogram completionLengths() {
    return completionLengths;
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
