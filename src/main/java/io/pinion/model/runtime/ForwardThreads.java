package io.pinion.model.runtime;

import ai.djl.pytorch.jni.JniUtils;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs a forward pass on several CPU cores. A large step is split by sequence into slices, each on
 * its own thread from the first layer to the last, because threads that share every operation
 * synchronize about a thousand times per step; a small step uses all cores for each operation.
 *
 * <p>The first slice runs on the calling thread. libtorch keeps the number of threads per operation
 * for each calling thread, so each thread sets its own. Owned by one model; the device's lease
 * ensures one caller at a time.
 */
final class ForwardThreads implements AutoCloseable {
  /** In a slice with fewer tokens, reading the weights would cost more than the computation. */
  static final int MIN_TOKENS = 24;

  private final int cores;
  private final ExecutorService others;

  ForwardThreads(int cores) {
    if (cores < 1) {
      throw new IllegalArgumentException("a model runs on 1 or more cores, not " + cores);
    }
    this.cores = cores;
    AtomicInteger number = new AtomicInteger();
    this.others =
        cores == 1
            ? null
            : Executors.newFixedThreadPool(
                cores - 1,
                work -> {
                  Thread thread = new Thread(work, "pinion-forward-" + number.incrementAndGet());
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /** Maximum number of slices for a step with a number of tokens. */
  int slices(int tokens) {
    return Math.max(1, Math.min(cores, tokens / MIN_TOKENS));
  }

  /**
   * Runs all slices and returns when all have ended, even if one fails or the caller is
   * interrupted: they use tensors that the caller frees.
   *
   * @throws RuntimeException the exception of the first slice that failed; an Error likewise
   */
  void run(List<Runnable> slices) {
    int threads = Math.max(1, cores / slices.size());
    List<Future<?>> started = new ArrayList<>();
    Throwable failure = null;
    try {
      for (Runnable slice : slices.subList(1, slices.size())) {
        started.add(others.submit(() -> run(slice, threads)));
      }
      run(slices.get(0), threads);
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    for (Future<?> slice : started) {
      Throwable own = failureOf(slice);
      failure = failure == null ? own : failure;
    }
    JniUtils.setNumThreads(cores);
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure != null) {
      throw (RuntimeException) failure;
    }
  }

  private static void run(Runnable slice, int threads) {
    JniUtils.setNumThreads(threads);
    slice.run();
  }

  private static Throwable failureOf(Future<?> slice) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          slice.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    if (others != null) {
      others.shutdown();
    }
  }
}
