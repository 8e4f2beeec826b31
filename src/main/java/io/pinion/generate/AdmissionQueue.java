package io.pinion.generate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that wait for slots, a line for each session; sessions take turns.
 *
 * <p>The row whose turn it is is never passed over for a narrower or shorter one that would fit, so
 * that a wide or long one cannot starve. Guarded by the batcher's lock.
 */
final class AdmissionQueue {
  private final int slots;
  private final Map<GenerationSession, AdmissionLine> lines = new LinkedHashMap<>();

  AdmissionQueue(int slots) {
    this.slots = slots;
  }

  void add(Row row) {
    lines.computeIfAbsent(row.session, session -> new AdmissionLine(slots)).add(row);
  }

  /** The row whose turn it is, or null. */
  Row peek() {
    return lines.isEmpty() ? null : lines.values().iterator().next().peek();
  }

  /** Takes the row whose turn it is; its session goes to the end. */
  Row take() {
    Map.Entry<GenerationSession, AdmissionLine> turn = lines.entrySet().iterator().next();
    GenerationSession session = turn.getKey();
    AdmissionLine line = turn.getValue();
    Row row = line.take();
    lines.remove(session);
    if (!line.isEmpty()) {
      lines.put(session, line);
    }
    return row;
  }

  /** Nothing more comes from a session. */
  void end(GenerationSession session) {
    AdmissionLine line = lines.get(session);
    if (line != null) {
      line.end();
    }
  }

  /** Drops a session's line. */
  void drop(GenerationSession session) {
    lines.remove(session);
  }
}
