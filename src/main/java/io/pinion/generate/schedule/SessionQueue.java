package io.pinion.generate.schedule;

import io.pinion.generate.sequence.SequenceGroup;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The groups of one session that wait for slots of the KV cache.
 *
 * <p>A group's cost is estimated as its number of tokens: the prompt and the longest possible
 * completion. Results are returned in the order of submission, so each is due when the slots have
 * processed all groups up to it, and the group with the earliest latest start goes first: long ones
 * overtake short ones in proportion to their length. After the end of the input only the time until
 * the last result counts, which is minimized by starting the longest first. Ties keep the order of
 * submission.
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

  /** A group; {@code start}, its latest start, is in tokens times slots and only for comparison. */
  private record Waiting(SequenceGroup group, long length, long start, long number) {}

  SessionQueue(int slots) {
    this.slots = slots;
  }

  void add(SequenceGroup group) {
    long length = (long) group.promptTokenIds().length + group.maxTokens();
    due += length * group.width();
    waiting.add(new Waiting(group, length, due - length * slots, number++));
  }

  /** Reorders the waiting groups after the end of the input. */
  void end() {
    PriorityQueue<Waiting> longestFirst = new PriorityQueue<>(LONGEST);
    longestFirst.addAll(waiting);
    waiting = longestFirst;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** The group to start next. */
  SequenceGroup peek() {
    return waiting.element().group;
  }

  /** Removes and returns the group to start next. */
  SequenceGroup take() {
    return waiting.remove().group;
  }
}
