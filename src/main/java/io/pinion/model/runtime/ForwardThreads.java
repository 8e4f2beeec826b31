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
 * The cores of a CPU that a forward pass may use. A large step is cut by sequences into slices,
 * each on its own thread from the first layer to the last, because threads that share every
 * operation wait for each other some thousand times a step; a small step has all cores for each
 * operation.
 *
 * <p>The first slice runs on the caller. libtorch keeps the number of threads of an operation by
 * calling thread, so each thread says its own. Owned by one model, whose lease makes callers come
 * one at a time.
 */
final class ForwardThreads implements AutoCloseable {
  /** Fewer tokens than this in a slice would be more reading of weights than work. */
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

  /** How many slices a step of so many tokens has at most. */
  int slices(int tokens) {
    return Math.max(1, Math.min(cores, tokens / MIN_TOKENS));
  }

  /**
   * Runs all slices and returns when all have ended, also where one fails or the caller is
   * interrupted: they work on tensors that the caller frees.
   *
   * @throws RuntimeException what the first of the slices that failed threw; an Error likewise
   */
  void run(List<Runnable> slices) {
    int threads = Math.max(1, cores / slices.size());
    List<Future<?>> started = new ArrayList<>();
    for (Runnable slice : slices.subList(1, slices.size())) {
      started.add(others.submit(() -> run(slice, threads)));
    }
    Throwable failure = null;
    try {
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
