package io.pinion.generate.batch;

import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches that every step of a device ends, on a daemon thread. A step that does not is reported
 * with a dump of all threads, and its tasks fail; see {@link DeviceLease#declareStuck}.
 */
final class LeaseWatchdog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseWatchdog.class);
  private static final int LOOKS = 8;

  private final DeviceLease lease;
  private final Duration limit;
  private final Thread thread = new Thread(this::watch, "pinion-watchdog");

  private LeaseWatchdog(DeviceLease lease, Duration limit) {
    this.lease = lease;
    this.limit = limit;
  }

  /** Starts to watch; the caller closes it. */
  static LeaseWatchdog start(DeviceLease lease, Duration limit) {
    LeaseWatchdog watchdog = new LeaseWatchdog(lease, limit);
    watchdog.thread.setDaemon(true);
    watchdog.thread.start();
    return watchdog;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(Math.max(1, limit.toMillis() / LOOKS));
        Thread stuck = lease.declareStuck(limit.toNanos());
        if (stuck != null) {
          LOG.error("A step has made no progress for {}; all threads:{}", limit, dump(stuck));
        }
      }
    } catch (InterruptedException e) {
      // Closed: there is nothing left to watch.
      Thread.currentThread().interrupt();
    }
  }

  /** The stacks of all threads, the stuck one first. */
  private static String dump(Thread stuck) {
    StringBuilder text = new StringBuilder();
    Map<Thread, StackTraceElement[]> stacks = Thread.getAllStackTraces();
    append(text, stuck, stuck.getStackTrace());
    stacks.remove(stuck);
    stacks.forEach((thread, stack) -> append(text, thread, stack));
    return text.toString();
  }

  private static void append(StringBuilder text, Thread thread, StackTraceElement[] stack) {
    text.append("\n\"").append(thread.getName()).append("\" ").append(thread.getState());
    for (StackTraceElement frame : stack) {
      text.append("\n    at ").append(frame);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
