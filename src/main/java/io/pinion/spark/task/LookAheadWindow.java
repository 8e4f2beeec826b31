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
 * <p>At most {@code size} rows in hand wait for a computation. With a cache for results, a row
 * whose request equals that of another in hand or in the cache takes that one's result; up to
 * {@link #ROWS_EACH} times {@code size} rows are in hand then, so that equal rows in a line leave
 * the device something to do. Memory goes to that many rows and results, and to the cache.
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
  private final int size;
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
    GenerationResult result;
    GenerationException failure;

    boolean done() {
      return result != null || failure != null;
    }
  }

  /**
   * @param results keeps what is finished for equal requests, whose {@code rowId} must then be a
   *     name for all that is asked for; {@code null} where every row has a computation of its own
   */
  LookAheadWindow(
      Iterator<RowRequest> input, GenerationSession session, int size, ResultCache results) {
    this.input = input;
    this.session = session;
    this.size = size;
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
      await(computation, entry.row.request().rowId());
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
    long rows = results == null ? size : (long) ROWS_EACH * size;
    return session.pending() < size && entries.size() < rows;
  }

  private Entry enter(RowRequest row) {
    Computation computation = row.request() == null ? null : known(row.request().rowId());
    if (computation != null) {
      return new Entry(row, computation, true);
    }
    computation = new Computation();
    if (row.request() == null) {
      computation.result = row.failed();
    } else {
      session.submit(row.request());
      running.put(row.request().rowId(), computation);
    }
    return new Entry(row, computation, false);
  }

  /** The computation of an equal request, running or finished; {@code null} where there is none. */
  private Computation known(String request) {
    if (results == null) {
      return null;
    }
    Computation known = running.get(request);
    GenerationResult result = results.get(request);
    if (known == null && result != null) {
      known = new Computation();
      known.result = result;
    }
    return known;
  }

  /** Takes the session's next result, which is that of the first row in hand without one. */
  private void await(Computation computation, String request) {
    try {
      computation.result = session.next();
    } catch (GenerationException lost) {
      computation.failure = lost;
    }
    running.remove(request);
    if (results != null && computation.result != null) {
      results.put(request, computation.result);
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
