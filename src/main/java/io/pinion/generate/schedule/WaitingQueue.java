package io.pinion.generate.schedule;

import io.pinion.generate.GenerationSession;
import io.pinion.generate.sequence.SequenceGroup;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The groups that wait for slots of the KV cache, a queue for each session; sessions take turns.
 *
 * <p>The group whose turn it is is never passed over for a narrower or shorter one that would fit,
 * so that a wide or long one cannot starve. Guarded by the batcher's lock.
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

  /** The group whose turn it is, or null. */
  public SequenceGroup peek() {
    return queues.isEmpty() ? null : queues.values().iterator().next().peek();
  }

  /** Takes the group whose turn it is; its session goes to the end. */
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

  /** Nothing more comes from a session. */
  public void end(GenerationSession session) {
    SessionQueue queue = queues.get(session);
    if (queue != null) {
      queue.end();
    }
  }

  /** Drops what waits of a session. */
  public void drop(GenerationSession session) {
    queues.remove(session);
  }
}
