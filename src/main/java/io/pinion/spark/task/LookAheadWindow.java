package io.pinion.spark.task;

import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.spark.ledger.ResultCache;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.IntSupplier;

/**
 * The rows that a task has read but not returned yet: read ahead so that the device's batch stays
 * full, computed in whatever order suits the device, and returned in the order of the input.
 *
 * <p>At most {@code maxWaiting} computations are pending. With a result cache, a row takes the
 * result of an equal request in the window or the cache. The window then holds up to {@link
 * #ROWS_EACH} times {@code maxWaiting} rows, so that a run of equal rows does not leave the device
 * idle. Memory is bounded by that many rows and results, plus the cache.
 *
 * <p>A row's error is a result too, and equal rows share it, since their computation would end the
 * same way. If a computation is lost because a step failed, the rows that wait for it fail; nothing
 * is cached.
 *
 * <p>Not thread-safe; used by the task's thread only. Owns the session and closes it.
 */
final class LookAheadWindow implements AutoCloseable {
  /**
   * With a result cache, how many rows the window holds for each computation that may be pending.
   */
  static final int ROWS_EACH = 8;

  /** How many rows the window holds while none of them has to be computed. */
  static final int ANSWERED_ROWS = 64;

  private final Iterator<RowRequest> input;
  private final GenerationSession session;
  private final IntSupplier maxWaiting;
  private final ResultCache<String> results;
  private final Deque<Entry> entries = new ArrayDeque<>();
  private final Map<String, Computation> running = new HashMap<>();
  private boolean ended;

  /**
   * A row with its result.
   *
   * @param shared whether the result is that of an earlier row
   */
  record Finished(RowRequest row, GenerationResult result, boolean shared) {}

  /** A row in the window; {@code shared} if the computation is that of an earlier row. */
  private record Entry(RowRequest row, Computation computation, boolean shared) {}

  /** The computation of a request, which ends with a result or a failure. */
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
   * @param maxWaiting asked while computations are pending
   * @param results caches results for equal requests; their {@code rowId} must then identify the
   *     complete request. {@code null} if each row is computed on its own
   */
  LookAheadWindow(
      Iterator<RowRequest> input,
      GenerationSession session,
      IntSupplier maxWaiting,
      ResultCache<String> results) {
    this.input = input;
    this.session = session;
    this.maxWaiting = maxWaiting;
    this.results = results;
  }

  boolean hasNext() {
    return !entries.isEmpty() || input.hasNext();
  }

  /**
   * The next row in the order of the input, with its result.
   *
   * @throws java.util.NoSuchElementException if there is none
   * @throws GenerationException if the row's computation was lost
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
    if (session.pending() == 0) {
      return entries.size() < ANSWERED_ROWS;
    }
    int waiting = maxWaiting.getAsInt();
    long maxRows = results == null ? waiting : (long) ROWS_EACH * waiting;
    return session.pending() < waiting && entries.size() < maxRows;
  }

  private Entry enter(RowRequest row) {
    if (row instanceof RowRequest.Ready ready) {
      return enter(ready);
    }
    Computation done = new Computation(row.id());
    done.result =
        row instanceof RowRequest.Answered answered
            ? answered.result()
            : ((RowRequest.Failed) row).result();
    return new Entry(row, done, false);
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

  /** The computation of an equal request, running or finished; {@code null} if there is none. */
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

  /** Takes the session's next result, which belongs to the first row in the window without one. */
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

  /** Drops every row in the window and cancels its computation. */
  @Override
  public void close() {
    session.close();
    entries.clear();
    running.clear();
  }
}
