package io.pinion.spark.task;

import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;

/**
 * The rows that a task has in hand: read ahead so that the device's batch stays full, computed in
 * whatever order is best for it, and handed out in the order of the input.
 *
 * <p>At most {@code maxWaiting} rows in hand wait for a computation. With a cache for results, a
 * row whose request equals that of another in hand or in the cache takes that one's result; up to
 * {@link #ROWS_EACH} times {@code maxWaiting} rows are in hand then, so that a run of equal rows
 * leaves the device something to do. Memory goes to that many rows and results, and to the cache.
 *
 * <p>A row's error is a result too, and that of equal rows, whose computation would end the same
 * way. A computation that was lost because a step failed fails the rows in hand that wait for it,
 * and is not remembered.
 *
 * <p>Used by the task's thread alone. It owns the session and closes it.
 */
final class LookAheadWindow implements AutoCloseable {
  /** How many rows are in hand for each that may wait for a computation. */
  static final int ROWS_EACH = 8;

  private final Iterator<RowRequest> input;
  private final GenerationSession session;
  private final int maxWaiting;
  private final ResultCache results;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Map<String, Computation> running = new HashMap<>();
  private boolean ended;

  /**
   * A row with its result.
   *
   * @param shared whether the result is that of a row before it
   */
  record Finished(RowRequest row, GenerationResult result, boolean shared) {}

  /** A row in hand; {@code shared} where the computation is that of a row before it. */
  private record Entry(RowRequest row, Computation computation, boolean shared) {}

  /** What becomes of a request: at last a result or a failure. */
  private static final class Computation {
    final String requestId;
    GenerationResult result;
    GenerationException failure;

    Computation(String requestId) {
      this.requestId = requestId;
    }

    boolean done() {
      return result != null || failure != null;
    }
  }

  /**
   * @param results keeps what is finished for equal requests, whose {@code rowId} must then be a
   *     name for all that is asked for; {@code null} where every row has a computation of its own
   */
  LookAheadWindow(
      Iterator<RowRequest> input, GenerationSession session, int maxWaiting, ResultCache results) {
    this.input = input;
    this.session = session;
    this.maxWaiting = maxWaiting;
    this.results = results;
  }

  boolean hasNext() {
    return !entries.isEmpty() || input.hasNext();
  }

  /**
   * The next row of the input with its result.
   *
   * @throws java.util.NoSuchElementException where there is none
   * @throws GenerationException where its computation was lost
   */
  Finished next() {
    fill();
    Entry entry = entries.element();
    Computation computation = entry.computation;
    if (!computation.done()) {
      await(computation);
    }
    entries.remove();
    if (computation.failure != null) {
      throw computation.failure;
    }
    return new Finished(entry.row, computation.result, entry.shared);
  }

  private void fill() {
    while (!ended && hasRoom()) {
      if (input.hasNext()) {
        entries.add(enter(input.next()));
      } else {
        ended = true;
        session.endOfInput();
      }
    }
  }

  private boolean hasRoom() {
    long maxRows = results == null ? maxWaiting : (long) ROWS_EACH * maxWaiting;
    return session.pending() < maxWaiting && entries.size() < maxRows;
  }

  private Entry enter(RowRequest row) {
    if (row instanceof RowRequest.Ready ready) {
      return enter(ready);
    }
    Computation failed = new Computation(row.id());
    failed.result = ((RowRequest.Failed) row).result();
    return new Entry(row, failed, false);
  }

  private Entry enter(RowRequest.Ready row) {
    String requestId = row.request().rowId();
    Computation known = known(requestId);
    if (known != null) {
      return new Entry(row, known, true);
    }
    Computation computation = new Computation(requestId);
    session.submit(row.request());
    running.put(requestId, computation);
    return new Entry(row, computation, false);
  }

  /** The computation of an equal request, running or finished; {@code null} where there is none. */
  private Computation known(String requestId) {
    if (results == null) {
      return null;
    }
    Computation known = running.get(requestId);
    GenerationResult result = results.get(requestId);
    if (known == null && result != null) {
      known = new Computation(requestId);
      known.result = result;
    }
    return known;
  }

  /** Takes the session's next result, which is that of the first row in hand without one. */
  private void await(Computation computation) {
    try {
      computation.result = session.next();
    } catch (GenerationException lost) {
      computation.failure = lost;
    }
    running.remove(computation.requestId);
    if (results != null && computation.result != null) {
      results.put(computation.requestId, computation.result);
    }
  }

  /** Drops every row in hand and what is under way for them. */
  @Override
  public void close() {
    session.close();
    entries.clear();
    running.clear();
  }
}
