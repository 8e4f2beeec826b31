package io.pinion.generate.schedule;

import io.pinion.generate.GenerationSession;
import io.pinion.generate.sequence.SequenceGroup;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The groups that wait for slots of the KV cache: a queue for each session, served round-robin.
 *
 * <p>The next group is never skipped in favor of a narrower or shorter one that would fit, so wide
 * or long groups cannot starve. Guarded by the batcher's lock.
 */
public final class WaitingQueue {
  private final int slots;
  private final Map<GenerationSession, SessionQueue> queues = new LinkedHashMap<>();

  public WaitingQueue(int slots) {
    this.slots = slots;
  }

  public void add(SequenceGroup group) {
    queues.computeIfAbsent(group.session(), session -> new SessionQueue(slots)).add(group);
  }

  /** The next group, or null. */
  public SequenceGroup peek() {
    return queues.isEmpty() ? null : queues.values().iterator().next().peek();
  }

  /** Removes and returns the next group; its session goes to the end. */
  public SequenceGroup take() {
    Map.Entry<GenerationSession, SessionQueue> turn = queues.entrySet().iterator().next();
    GenerationSession session = turn.getKey();
    SessionQueue queue = turn.getValue();
    SequenceGroup group = queue.take();
    queues.remove(session);
    if (!queue.isEmpty()) {
      queues.put(session, queue);
    }
    return group;
  }

  /** Marks the end of a session's input. */
  public void end(GenerationSession session) {
    SessionQueue queue = queues.get(session);
    if (queue != null) {
      queue.end();
    }
  }

  /** Removes the waiting groups of a session. */
  public void drop(GenerationSession session) {
    queues.remove(session);
  }
}
