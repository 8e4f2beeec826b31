package io.pinion.generate.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.schedule.BatchSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Faults and cancellations wherever a task may be while it holds or awaits the lease. Each must end
 * the tasks that it concerns and leave the others running.
 */
class LeaseFaultTest {
  private static final BatchSettings SETTINGS = new BatchSettings(4, false, 64);

  private final FakeModel model = new FakeModel(26, 4, 4000);
  private final NaiveGenerator naive = new NaiveGenerator(26, 4000, Set.of(0));
  private final ExecutorService tasks = Executors.newCachedThreadPool();
  private FaultyRunner runner;
  private ContinuousBatcher batcher = open(Duration.ofHours(1));

  /** The steps that may run, where a test holds them. */
  private final Semaphore steps = new Semaphore(0);

  @AfterEach
  void close() {
    tasks.shutdownNow();
    letRun();
    batcher.close();
  }

  private ContinuousBatcher open(Duration longestStep) {
    return ContinuousBatcher.open(
        model,
        new LetterTokenizer(26),
        List.of(0),
        SETTINGS,
        batch -> runner = new FaultyRunner(batch),
        longestStep);
  }

  private static GenerationRequest request(int first, int maxTokens) {
    SamplingParameters sampling =
        new SamplingParameters(
            0, 1, 0, 0, 1, 0, 0, maxTokens, 0, List.of(), List.of(), 0, 1, 0, true);
    return new GenerationRequest("row " + first, new int[] {first}, sampling);
  }

  private void assertGenerates(GenerationSession session) {
    GenerationRequest request = request(7, 5);
    session.submit(request);
    Completions.assertSame(session.next().completions(), naive.generate(request), request);
  }

  /** Runs rows and returns how many were lost to a failed step. */
  private int run(GenerationSession session, int rows) {
    int lost = 0;
    for (int row = 0; row < rows; row++) {
      session.submit(request(1 + row % 20, 4));
    }
    while (session.pending() > 0) {
      try {
        session.next();
      } catch (GenerationException e) {
        lost++;
      }
    }
    return lost;
  }

  @ParameterizedTest
  @EnumSource(FaultyRunner.Place.class)
  void aFaultAnywhereEndsEveryWaitAndTheNextRowsRun(FaultyRunner.Place place) throws Exception {
    for (int round = 0; round < 20; round++) {
      List<Future<Integer>> runs = new ArrayList<>();
      for (int task = 0; task < 4; task++) {
        GenerationSession session = batcher.open("task " + task);
        boolean leaves = task == 0;
        runs.add(
            tasks.submit(
                () -> {
                  try (session) {
                    session.submit(request(3, leaves ? 900 : 2));
                    return leaves ? 0 : run(session, 10);
                  }
                }));
      }
      runner.place = place;
      for (Future<Integer> run : runs) {
        run.get();
      }
      runner.place = null;
      try (GenerationSession session = batcher.open("after")) {
        assertGenerates(session);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = FaultyRunner.Place.class,
      names = {"ANNOUNCE", "HAS_ROOM", "ADMIT", "STEP"})
  void aFaultThatComesBackFailsEveryRowOfItsTaskAndHoldsNoLease(FaultyRunner.Place place) {
    runner.place = place;
    runner.always = true;
    try (GenerationSession session = batcher.open("t")) {
      assertThat(run(session, 9)).isEqualTo(9);
      runner.place = null;
      assertGenerates(session);
    }
  }

  @Test
  void aRowForWhichTheBatchNeverHasRoomFails() {
    StepRunner full =
        (StepRunner)
            java.lang.reflect.Proxy.newProxyInstance(
                StepRunner.class.getClassLoader(),
                new Class<?>[] {StepRunner.class},
                (proxy, method, arguments) ->
                    method.getName().equals("hasRoom")
                        ? false
                        : method.getReturnType() == List.class
                            ? List.of()
                            : method.getName().equals("isEmpty") ? true : null);
    try (ContinuousBatcher narrow =
            ContinuousBatcher.open(
                new FakeModel(26, 4, 40),
                new LetterTokenizer(26),
                List.of(0),
                SETTINGS,
                batch -> full,
                Duration.ofHours(1));
        GenerationSession session = narrow.open("t")) {
      session.submit(request(3, 4));
      assertThatThrownBy(session::next)
          .isInstanceOf(GenerationException.class)
          .hasMessageContaining("no room");
    }
  }

  /** Starts a task with a long row, and returns while its first step stands still. */
  private Future<?> heldRow(String task, AtomicBoolean cancelled) throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    model.watch =
        step -> {
          running.countDown();
          steps.acquireUninterruptibly();
        };
    Future<?> run =
        tasks.submit(
            () -> {
              try (GenerationSession session = batcher.open(task, cancelled::get)) {
                session.submit(request(3, 3900));
                return session.next();
              }
            });
    running.await();
    return run;
  }

  private void letRun() {
    steps.release(1_000_000);
  }

  /** Returns once the batcher takes no more rows. */
  private void awaitClosing() {
    try (GenerationSession session = batcher.open("late")) {
      while (true) {
        session.submit(request(5, 1));
        Thread.onSpinWait();
      }
    } catch (IllegalStateException closed) {
      assertThat(closed).hasMessageContaining("closed");
    }
  }

  private static void assertCancelled(Future<?> run, String message) {
    assertThatThrownBy(run::get)
        .hasCauseInstanceOf(CancellationException.class)
        .hasMessageContaining(message);
  }

  @Test
  void closingEndsTheLongRowThatHoldsTheLeaseAndThoseThatWait() throws Exception {
    Future<?> holder = heldRow("holder", new AtomicBoolean());
    CountDownLatch submitted = new CountDownLatch(1);
    Future<?> waiter =
        tasks.submit(
            () -> {
              try (GenerationSession session = batcher.open("waiter")) {
                session.submit(request(4, 3900));
                submitted.countDown();
                return session.next();
              }
            });
    submitted.await();
    Future<?> closing = tasks.submit(batcher::close);
    awaitClosing();
    letRun();
    closing.get();
    assertThat(model.closed).isTrue();
    assertThat(model.steps).isLessThan(3900);
    assertCancelled(holder, "closed while task holder");
    assertThatThrownBy(waiter::get).hasMessageContaining("waiter");
  }

  @Test
  void aTaskThatIsKilledWithoutAnInterruptStopsAtTheNextStep() throws Exception {
    AtomicBoolean dead = new AtomicBoolean();
    Future<?> holder = heldRow("holder", dead);
    dead.set(true);
    letRun();
    assertCancelled(holder, "task holder was cancelled");
    assertThat(model.steps).isLessThan(3900);
    try (GenerationSession session = batcher.open("next")) {
      assertGenerates(session);
    }
  }

  @Test
  void aTaskThatIsKilledWhileItWaitsForTheLeaseLeavesTheHolderAlone() throws Exception {
    Future<?> holder = heldRow("holder", new AtomicBoolean());
    AtomicBoolean dead = new AtomicBoolean();
    Future<?> waiter =
        tasks.submit(
            () -> {
              try (GenerationSession session = batcher.open("waiter", dead::get)) {
                session.submit(request(4, 3900));
                return session.next();
              }
            });
    dead.set(true);
    assertCancelled(waiter, "task waiter was cancelled");
    letRun();
    assertThat(holder.get()).isNotNull();
  }

  @Test
  void aDeadTaskStartsNoMoreRows() {
    AtomicBoolean dead = new AtomicBoolean();
    try (GenerationSession session = batcher.open("t", dead::get)) {
      for (int row = 0; row < 12; row++) {
        session.submit(request(1 + row, 4));
      }
      session.next();
      int steps = model.steps;
      dead.set(true);
      assertThatThrownBy(session::next).isInstanceOf(CancellationException.class);
      assertThat(model.steps).isEqualTo(steps);
    }
  }

  @Test
  void aStepThatNeverEndsFailsItsTasksAndIsInterrupted() throws Exception {
    batcher.close();
    batcher = open(Duration.ofMillis(200));
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch stuck = new CountDownLatch(1);
    model.watch =
        step -> {
          stuck.countDown();
          try {
            never.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted in a step", e);
          }
        };
    List<Future<?>> runs = new ArrayList<>();
    for (String task : List.of("one", "two")) {
      runs.add(
          tasks.submit(
              () -> {
                try (GenerationSession session = batcher.open(task)) {
                  session.submit(request(3, 4));
                  return session.next();
                }
              }));
    }
    stuck.await();
    for (Future<?> run : runs) {
      assertThatThrownBy(run::get)
          .hasCauseInstanceOf(GenerationException.class)
          .hasMessageMatching("(?s).*(no progress|interrupted in a step).*");
    }
  }
}
