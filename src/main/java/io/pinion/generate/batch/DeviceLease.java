package io.pinion.generate.batch;

import io.pinion.generate.GenerationException;
import io.pinion.generate.sequence.SequenceGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * The right to run steps on a device, which one task at a time holds, and the lock for what tasks
 * share. Thread-safe.
 *
 * <p>Whoever waits or holds it looks at every change, and ten times a second, whether its own task
 * was cancelled, the generator is closed, or the step in progress is stuck.
 */
final class DeviceLease {
  private static final long LOOK_MILLIS = 100;

  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final List<SequenceGroup> cancelled = new ArrayList<>();
  private Thread thread;
  private volatile String holder;
  private volatile boolean closing;
  private volatile GenerationException stuck;
  private volatile long stepBegan;
  private boolean closed;

  /** The task that holds the lease, for messages; {@code "no task"} if none does. */
  String holder() {
    String task = holder;
    return task == null ? "no task" : "task " + task;
  }

  /** Computes something under the lock. */
  <T> T locked(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } finally {
      lock.unlock();
    }
  }

  /** Changes something under the lock and wakes everyone who waits. */
  void change(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Waits for a group or for the lease; returns true if the caller holds the lease now. */
  boolean awaitDoneOrTake(SequenceGroup group, String task, BooleanSupplier dead) {
    lock.lock();
    try {
      while (!group.isDone()) {
        requireAlive(task, dead);
        if (holder == null) {
          thread = Thread.currentThread();
          holder = task;
          stepBegan = System.nanoTime();
          return true;
        }
        changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(task);
    } finally {
      lock.unlock();
    }
  }

  /** Marks the beginning of a step; its holder calls this. */
  void beginStep() {
    stepBegan = System.nanoTime();
  }

  /**
   * Checks that a task may go on waiting or running steps.
   *
   * @throws CancellationException if it was interrupted or cancelled, or the generator is closed
   * @throws GenerationException if the step in progress is stuck
   */
  void requireAlive(String task, BooleanSupplier dead) {
    GenerationException reason = stuck;
    if (reason != null) {
      throw new GenerationException(reason.getMessage(), reason);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(task);
    }
    if (dead.getAsBoolean()) {
      throw new CancellationException("task " + task + " was cancelled while generating");
    }
    if (closing) {
      throw new CancellationException(
          "the generator was closed while task " + task + " was generating");
    }
  }

  private static CancellationException interrupted(String task) {
    return new CancellationException("task " + task + " was interrupted while generating");
  }

  /** Whether the generator is closed, or about to be. */
  boolean isClosing() {
    return closing;
  }

  /** Gives the lease back, after a last action of its holder under the lock. */
  void giveBack(Runnable last) {
    change(
        () -> {
          try {
            last.run();
          } finally {
            holder = null;
            thread = null;
            stuck = null;
          }
        });
  }

  /**
   * Adds groups of a session that was closed; the caller holds the lock.
   *
   * @return whether the caller has to remove them from the batch, as no one holds the lease
   */
  boolean cancel(Collection<SequenceGroup> groups) {
    cancelled.addAll(groups);
    return holder == null && !closed;
  }

  /** Returns, once, the groups to remove from the batch; the caller holds the lock. */
  List<SequenceGroup> takeCancelled() {
    List<SequenceGroup> taken = List.copyOf(cancelled);
    cancelled.clear();
    return taken;
  }

  /**
   * Lets no one begin another step, and waits until the last one has ended.
   *
   * @return whether this call was the first, so that the caller frees the memory
   */
  boolean close() {
    lock.lock();
    try {
      closing = true;
      changed.signalAll();
      while (holder != null) {
        changed.awaitUninterruptibly();
      }
      boolean first = !closed;
      closed = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Declares the step in progress stuck if it runs for longer than a limit: everyone who waits
   * fails, and the holder is interrupted and fails when it can.
   *
   * @return the thread whose step became stuck; {@code null} if none did
   */
  Thread declareStuck(long limitNanos) {
    lock.lock();
    try {
      if (holder == null || stuck != null || System.nanoTime() - stepBegan < limitNanos) {
        return null;
      }
      stuck =
          new GenerationException(
              "a step that task "
                  + holder
                  + " runs has made no progress for "
                  + TimeUnit.NANOSECONDS.toMinutes(limitNanos)
                  + " minutes; the log of this executor has a dump of its threads. If the device"
                  + " hangs, restart the executor",
              null);
      changed.signalAll();
      thread.interrupt();
      return thread;
    } finally {
      lock.unlock();
    }
  }
}
