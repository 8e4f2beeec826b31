package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.pytorch.jni.JniUtils;
import io.pinion.torch.Libtorch;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ForwardThreadsTest {
  @BeforeAll
  static void loadLibtorch() {
    Libtorch.engine();
  }

  private static void sleep(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void stepsAreCutWhereEachSliceHasEnoughTokens() {
    try (ForwardThreads pool = new ForwardThreads(3)) {
      int least = ForwardThreads.MIN_TOKENS;
      assertThat(pool.slices(1)).isEqualTo(1);
      assertThat(pool.slices(2 * least - 1)).isEqualTo(1);
      assertThat(pool.slices(2 * least)).isEqualTo(2);
      assertThat(pool.slices(3 * least)).isEqualTo(3);
      assertThat(pool.slices(100 * least)).isEqualTo(3);
    }
  }

  @Test
  void partsRunAtOnceTheFirstOnTheCaller() {
    CountDownLatch all = new CountDownLatch(3);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Runnable slice =
        () -> {
          threads.add(Thread.currentThread());
          all.countDown();
          try {
            all.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (ForwardThreads pool = new ForwardThreads(3)) {
      pool.run(List.of(slice, slice, slice));
    }
    assertThat(threads).hasSize(3).contains(Thread.currentThread());
  }

  @Test
  void everySliceHasItsShareOfTheThreadsAndTheCallerAllOfThemAfterwards() {
    Set<Integer> inSlices = ConcurrentHashMap.newKeySet();
    Runnable slice = () -> inSlices.add(JniUtils.getNumThreads());
    try (ForwardThreads pool = new ForwardThreads(4)) {
      pool.run(List.of(slice, slice));
      assertThat(inSlices).containsExactly(2);
      assertThat(JniUtils.getNumThreads()).isEqualTo(4);
    }
    try (ForwardThreads alone = new ForwardThreads(1)) {
      alone.run(List.of(slice));
      assertThat(inSlices).containsExactlyInAnyOrder(1, 2);
      assertThat(JniUtils.getNumThreads()).isEqualTo(1);
    }
  }

  @Test
  void whatASliceThrowsComesWhenAllHaveEnded() {
    List<Throwable> faults =
        List.of(new IllegalArgumentException("broken"), new OutOfMemoryError("none left"));
    try (ForwardThreads pool = new ForwardThreads(3)) {
      for (Throwable fault : faults) {
        for (int failing = 0; failing < 3; failing++) {
          AtomicInteger ended = new AtomicInteger();
          int bad = failing;
          List<Runnable> slices =
              IntStream.range(0, 3).mapToObj(i -> slice(i == bad ? fault : null, ended)).toList();
          assertThatThrownBy(() -> pool.run(slices)).isSameAs(fault);
          assertThat(ended).hasValue(2);
        }
      }
      AtomicInteger ended = new AtomicInteger();
      pool.run(List.of(slice(null, ended), slice(null, ended), slice(null, ended)));
      assertThat(ended).hasValue(3);
    }
  }

  private static Runnable slice(Throwable fault, AtomicInteger ended) {
    return () -> {
      if (fault instanceof Error error) {
        throw error;
      }
      if (fault != null) {
        throw (RuntimeException) fault;
      }
      sleep(100);
      ended.incrementAndGet();
    };
  }

  @Test
  void anInterruptedCallerWaitsAndStaysInterrupted() {
    AtomicInteger ended = new AtomicInteger();
    try (ForwardThreads pool = new ForwardThreads(2)) {
      Thread.currentThread().interrupt();
      pool.run(List.of(() -> {}, slice(null, ended)));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(ended).hasValue(1);
    }
  }

  @Test
  void closingEndsTheThreads() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    Runnable slice = () -> threads.add(Thread.currentThread());
    try (ForwardThreads pool = new ForwardThreads(3)) {
      pool.run(List.of(slice, slice, slice));
      pool.run(List.of(slice, slice, slice));
    }
    Set<Thread> others =
        threads.stream()
            .filter(thread -> thread != Thread.currentThread())
            .collect(Collectors.toSet());
    assertThat(others).isNotEmpty().allMatch(thread -> thread.getName().startsWith("pinion-"));
    others.forEach(
        thread -> {
          try {
            thread.join();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });
    assertThat(others).noneMatch(Thread::isAlive);
  }

  @Test
  void fewerThanOneCoreIsRefused() {
    assertThatThrownBy(() -> new ForwardThreads(0)).hasMessageContaining("1 or more cores, not 0");
  }
}
