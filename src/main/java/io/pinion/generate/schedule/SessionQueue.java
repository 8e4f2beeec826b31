package io.pinion.generate.schedule;

import io.pinion.generate.sequence.SequenceGroup;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The groups of one session that wait for slots of the KV cache.
 *
 * <p>A group may take as long as it has tokens, in the prompt and at most in the completion.
 * Results go out in the order in which groups came, so each is due when the slots have worked
 * through all groups up to it, and the one that has to begin first to be in time begins first: long
 * ones overtake short ones, by as much as they are longer. Once nothing more comes, only the end of
 * them all counts, which longest first brings nearest. Groups alike stay in their order.
 *
 * <p>Guarded by the batcher's lock.
 */
final class SessionQueue {
  private static final Comparator<Waiting> FIRST_START =
      Comparator.comparingLong(Waiting::start).thenComparingLong(Waiting::number);
  private static final Comparator<Waiting> LONGEST =
      Comparator.comparingLong(Waiting::length).reversed().thenComparingLong(Waiting::number);

  private final int slots;
  private PriorityQueue<Waiting> waiting = new PriorityQueue<>(FIRST_START);
  private long due;
  private long number;

  /** A group; {@code start} is in tokens times slots, and has no meaning but its order. */
  private record Waiting(SequenceGroup group, long length, long start, long number) {}

  SessionQueue(int slots) {
    this.slots = slots;
  }

  void add(SequenceGroup group) {
    long length = (long) group.promptTokenIds().length + group.maxTokens();
    due += length * group.width();
    waiting.add(new Waiting(group, length, due - length * slots, number++));
  }

  /** Puts what waits into the order for when nothing more comes. */
  void end() {
    PriorityQueue<Waiting> longestFirst = new PriorityQueue<>(LONGEST);
    longestFirst.addAll(waiting);
    waiting = longestFirst;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The group to begin with. */
  SequenceGroup peek() {
    return waiting.element().group;
  }

  /** Takes the group to begin with. */
  SequenceGroup take() {
    return waiting.remove().group;
  }
}
