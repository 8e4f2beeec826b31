package io.pinion.generate.schedule;

import io.pinion.generate.sequence.SequenceGroup;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * The rows of one session that wait for slots.
 *
 * <p>A row may take as long as it has tokens, in the prompt and at most in the completion. Results
 * go out in the order in which rows came, so each is due when the slots have worked through all
 * rows up to it, and the row that has to begin first to be in time begins first: long rows overtake
 * short ones, by as much as they are longer. Once nothing more comes, only the end of them all
 * counts, which longest first brings nearest. Rows alike stay in their order.
 *
 * <p>Guarded by the batcher's lock.
 */
final class SessionQueue {
  private static final Comparator<Waiting> FIRST_START =
      Comparator.comparingLong(Waiting::start).thenComparingLong(Waiting::number);
  private static final Comparator<Waiting> LONGEST =
      Comparator.comparingLong(Waiting::length).reversed().thenComparingLong(Waiting::number);

  private final int slots;
  private PriorityQueue<Waiting> rows = new PriorityQueue<>(FIRST_START);
  private long due;
  private long number;

  /** A row; {@code start} is in tokens times slots, and has no meaning but its order. */
  private record Waiting(SequenceGroup row, long length, long start, long number) {}

  SessionQueue(int slots) {
    this.slots = slots;
  }

  void add(SequenceGroup row) {
    long length = (long) row.request.promptTokenIds().length + row.maxTokens;
    due += length * row.width();
    rows.add(new Waiting(row, length, due - length * slots, number++));
  }

  /** Puts what waits into the order for when nothing more comes. */
  void end() {
    PriorityQueue<Waiting> longestFirst = new PriorityQueue<>(LONGEST);
    longestFirst.addAll(rows);
    rows = longestFirst;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The row to begin with. */
  SequenceGroup peek() {
    return rows.element().row;
  }

  /** Takes the row to begin with. */
  SequenceGroup take() {
    return rows.remove().row;
  }
}
