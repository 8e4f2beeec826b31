package io.pinion.generate.schedule;

import io.pinion.generate.GenerationSession;
import io.pinion.generate.sequence.SequenceGroup;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The rows that wait for slots, a line for each session; sessions take turns.
 *
 * <p>The row whose turn it is is never passed over for a narrower or shorter one that would fit, so
 * that a wide or long one cannot starve. Guarded by the batcher's lock.
 */
public final class WaitingQueue {
  private final int slots;
  private final Map<GenerationSession, SessionQueue> lines = new LinkedHashMap<>();

  public WaitingQueue(int slots) {
    this.slots = slots;
  }

  public void add(SequenceGroup row) {
    lines.computeIfAbsent(row.session, session -> new SessionQueue(slots)).add(row);
  }

  /** The row whose turn it is, or null. */
  public SequenceGroup peek() {
    return lines.isEmpty() ? null : lines.values().iterator().next().peek();
  }

  /** Takes the row whose turn it is; its session goes to the end. */
  public SequenceGroup take() {
    Map.Entry<GenerationSession, SessionQueue> turn = lines.entrySet().iterator().next();
    GenerationSession session = turn.getKey();
    SessionQueue line = turn.getValue();
    SequenceGroup row = line.take();
    lines.remove(session);
    if (!line.isEmpty()) {
      lines.put(session, line);
    }
    return row;
  }

  /** Nothing more comes from a session. */
  public void end(GenerationSession session) {
    SessionQueue line = lines.get(session);
    if (line != null) {
      line.end();
    }
  }

  /** Drops a session's line. */
  public void drop(GenerationSession session) {
    lines.remove(session);
  }
}
