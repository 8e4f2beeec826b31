package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Counts the passes of a model that tasks share, which no neighbour on the machine changes. */
class SharedDeviceTest {
  private static final int SLOTS = 16;
  private static final int WINDOW = 4 * SLOTS;
  private static final int ROWS = 400;
  private static final long STEP_NANOS = 500_000;

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void tasksTakeAtMostATenthMorePassesThanOneWithTheSameRows(int tasks) throws Exception {
    assertThat(passes(tasks)).isLessThanOrEqualTo(passes(1) * 11 / 10);
  }

  private static int passes(int tasks) throws Exception {
    FakeModel model = new FakeModel(26, SLOTS, 80);
    Set<Thread> running = ConcurrentHashMap.newKeySet();
    // A pass takes longer than a task takes to hand rows on, as on a device.
    model.watch = step -> awaitOthers(running);
    CyclicBarrier begun = new CyclicBarrier(tasks);
    ExecutorService threads = Executors.newFixedThreadPool(tasks);
    try (ContinuousBatcher batcher =
        ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(0), SLOTS)) {
      List<Callable<Void>> runs = new ArrayList<>();
      for (int task = 0; task < tasks; task++) {
        GenerationSession session = batcher.open("task " + task);
        List<GenerationRequest> requests = requests(task, tasks);
        runs.add(
            () -> {
              running.add(Thread.currentThread());
              return run(session, requests, begun);
            });
      }
      for (Future<Void> run : threads.invokeAll(runs)) {
        run.get();
      }
      return model.steps;
    } finally {
      threads.shutdownNow();
    }
  }

  /** Returns once every other task waits for a result, or has ended. */
  private static void awaitOthers(Set<Thread> running) {
    LockSupport.parkNanos(STEP_NANOS);
    for (Thread thread : running) {
      while (thread != Thread.currentThread()
          && (thread.getState() == Thread.State.RUNNABLE
              || thread.getState() == Thread.State.BLOCKED)) {
        Thread.onSpinWait();
      }
    }
  }

  private static List<GenerationRequest> requests(int task, int tasks) {
    Random random = new Random(1);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      GenerationRequest request = request(row, 8 + random.nextInt(57));
      if (row % tasks == task) {
        requests.add(request);
      }
    }
    return requests;
  }

  private static GenerationRequest request(int row, int length) {
    SamplingParameters sampling =
        new SamplingParameters(1, 1, 0, 0, 1, 0, 0, length, 0, List.of(), List.of(), 3, 1, 0, true);
    return new GenerationRequest("row " + row, new int[] {1 + row % 25, 1, 2}, sampling);
  }

  /** Keeps a window of rows submitted, as a task does. */
  private static Void run(
      GenerationSession session, List<GenerationRequest> requests, CyclicBarrier begun)
      throws Exception {
    try (session) {
      int submitted = 0;
      for (int row = 0; row < requests.size(); row++) {
        while (submitted < requests.size() && session.pending() < WINDOW) {
          session.submit(requests.get(submitted++));
        }
        if (submitted == requests.size()) {
          session.endOfInput();
        }
        if (row == 0) {
          begun.await();
        }
        session.next();
      }
    }
    return null;
  }
}
