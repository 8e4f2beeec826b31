package io.pinion.generate;

import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that wait for slots, a line for each session; sessions take turns.
 *
 * <p>The row whose turn it is is never passed over, so that a wide or long one cannot starve.
 * Guarded by the batcher's lock.
 */
final class AdmissionQueue {
  private final Map<ContinuousBatcher.Session, ArrayDeque<Row>> lines = new LinkedHashMap<>();

  void add(Row row) {
    lines.computeIfAbsent(row.session, session -> new ArrayDeque<>()).add(row);
  }

  /** The row whose turn it is, or null. */
  Row peek() {
    return lines.isEmpty() ? null : lines.values().iterator().next().peek();
  }

  /** Takes the row whose turn it is; its session goes to the end. */
  Row take() {
    Map.Entry<ContinuousBatcher.Session, ArrayDeque<Row>> turn = lines.entrySet().iterator().next();
    ArrayDeque<Row> line = turn.getValue();
    ContinuousBatcher.Session session = turn.getKey();
    Row row = line.remove();
    lines.remove(session);
    if (!line.isEmpty()) {
      lines.put(session, line);
    }
    return row;
  }

  /** Drops a session's line. */
  void drop(ContinuousBatcher.Session session) {
    lines.remove(session);
  }
}
