package io.pinion.generate.batch;

import java.util.Collection;
import java.util.function.Consumer;

/** Runs every step of a cleanup, whichever of them fails, and then throws the first failure. */
final class Cleanup {
  private Cleanup() {}

  /** Runs an action for each item. */
  static <T> void all(Collection<T> items, Consumer<T> action) {
    run(items.stream().map(item -> (Runnable) () -> action.accept(item)).toArray(Runnable[]::new));
  }

  static void run(Runnable... steps) {
    Throwable first = null;
    for (Runnable step : steps) {
      try {
        step.run();
      } catch (RuntimeException | Error e) {
        if (first == null) {
          first = e;
        } else if (first != e) {
          first.addSuppressed(e);
        }
      }
    }
    if (first instanceof RuntimeException failure) {
      throw failure;
    }
    if (first instanceof Error failure) {
      throw failure;
    }
  }
}
