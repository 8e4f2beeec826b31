package io.pinion.job.resume;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.pinion.job.file.JobException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps two runs from using one checkpoint at a time. The holder gives a sign of life every {@value
 * #BEAT_SECONDS} seconds. A lock whose process is gone, or from another machine and without a sign
 * for {@value #STALE_SECONDS} seconds, is taken over.
 */
final class CheckpointLock implements AutoCloseable {
  static final String FILE = "lock.json";
  static final int BEAT_SECONDS = 5;
  static final int STALE_SECONDS = 30;
  private static final Logger LOG = LoggerFactory.getLogger(CheckpointLock.class);

  private final FileSystem files;
  private final Path file;
  private final Holder self;
  private final ScheduledExecutorService beats;

  /**
   * Who holds a lock.
   *
   * @param process its number, and when it started, since numbers are used again
   * @param beat the last sign of life, in milliseconds since 1970
   */
  record Holder(String run, String host, long process, long processStarted, long beat) {
    static Holder here(String run) {
      return new Holder(
          run,
          hostName(),
          ProcessHandle.current().pid(),
          started(ProcessHandle.current()),
          System.currentTimeMillis());
    }

    Holder now() {
      return new Holder(run, host, process, processStarted, System.currentTimeMillis());
    }

    boolean isHere() {
      return host.equals(hostName());
    }

    /** Whether the process is gone; false if that cannot be known. */
    boolean isGone() {
      if (!isHere()) {
        return false;
      }
      ProcessHandle alive = ProcessHandle.of(process).filter(ProcessHandle::isAlive).orElse(null);
      if (alive == null) {
        return true;
      }
      return processStarted != 0 && started(alive) != processStarted;
    }

    /** 0 if the system does not tell. */
    private static long started(ProcessHandle process) {
      return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private static String hostName() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        LOG.debug("The machine has no name", e);
        return "this machine";
      }
    }
  }

  private CheckpointLock(FileSystem files, Path file, Holder self) {
    this.files = files;
    this.file = file;
    this.self = self;
    this.beats =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "pinion-checkpoint-lock");
              thread.setDaemon(true);
              return thread;
            });
    beats.scheduleWithFixedDelay(this::beat, BEAT_SECONDS, BEAT_SECONDS, TimeUnit.SECONDS);
  }

  /**
   * Takes the lock of a checkpoint. Waits for the sign of life of a holder on another machine.
   *
   * @param tell told why this waits
   * @throws JobException if another run holds it
   */
  static CheckpointLock take(FileSystem files, Path folder, String run, Consumer<String> tell)
      throws IOException {
    Path file = new Path(folder, FILE);
    Holder self = Holder.here(run);
    if (!JsonFiles.create(files, file, self)) {
      Holder other = settled(files, file);
      if (other != null && !other.isGone()) {
        requireStale(files, file, folder, other, tell);
      }
      JsonFiles.write(files, file, self);
    }
    CheckpointLock lock = new CheckpointLock(files, file, self);
    lock.requireHeld();
    return lock;
  }

  /** The holder, once another run that takes the lock now has written its name. */
  private static Holder settled(FileSystem files, Path file) throws IOException {
    Holder holder = holder(files, file);
    if (holder == null) {
      sleep(1, file.getParent());
    }
    return holder == null ? holder(files, file) : holder;
  }

  /** Who holds a lock; {@code null} for none, or a file that its writer could not complete. */
  private static Holder holder(FileSystem files, Path file) throws IOException {
    try {
      return JsonFiles.read(files, file, Holder.class);
    } catch (JsonProcessingException e) {
      LOG.debug("{} is not complete", file, e);
      return null;
    }
  }

  private static void sleep(int seconds, Path folder) throws IOException {
    try {
      TimeUnit.SECONDS.sleep(seconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for the checkpoint " + folder, e);
    }
  }

  private static void requireStale(
      FileSystem files, Path file, Path folder, Holder other, Consumer<String> tell)
      throws IOException {
    if (!other.isHere()) {
      tell.accept(
          "waiting %d s for a sign of life of the run %s on %s, which holds the checkpoint %s"
              .formatted(STALE_SECONDS, other.run(), other.host(), folder));
      sleep(STALE_SECONDS, folder);
      Holder later = holder(files, file);
      if (later == null || later.equals(other)) {
        return;
      }
    }
    throw new JobException(
        List.of(
            "the checkpoint %s is used by the run %s, process %d on %s: wait for its end, or name another checkpoint"
                .formatted(folder, other.run(), other.process(), other.host())));
  }

  /**
   * Checks that no other run took the lock over, as one may that saw no sign of life.
   *
   * @throws IOException if one did
   */
  void requireHeld() throws IOException {
    Holder holder = holder(files, file);
    if (holder == null || !holder.run().equals(self.run())) {
      throw new IOException(
          "another run took over the checkpoint "
              + file.getParent()
              + ", since this one gave no sign of life; nothing was published");
    }
  }

  private void beat() {
    try {
      requireHeld();
      JsonFiles.write(files, file, self.now());
    } catch (IOException | RuntimeException e) {
      LOG.warn("The checkpoint's lock cannot be renewed", e);
    }
  }

  @Override
  public void close() throws IOException {
    beats.shutdownNow();
    try {
      beats.awaitTermination(BEAT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Holder holder = holder(files, file);
    if (holder != null && holder.run().equals(self.run())) {
      files.delete(file, false);
    }
  }
}
