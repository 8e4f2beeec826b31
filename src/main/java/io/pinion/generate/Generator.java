package io.pinion.generate;

import java.util.function.BooleanSupplier;

/**
 * A model with its tokenizer that generates for several tasks at once (continuous batching).
 *
 * <p>Thread-safe: tasks open a session each. The executor's model registry closes it.
 */
public interface Generator extends AutoCloseable {

  /** Opens a session for a task that is never cancelled. */
  default GenerationSession open(String task) {
    return open(task, () -> false);
  }

  /**
   * Opens a session for a task.
   *
   * @param task names it in errors and logs
   * @param cancelled whether the task was killed, asked before every step and several times a
   *     second while the task waits; any thread's interrupt is noticed without it
   */
  GenerationSession open(String task, BooleanSupplier cancelled);

  /** The longest sequence, prompt and completion together, in tokens. */
  int maxLength();

  /** Maximum number of sequences at once. */
  int slots();

  /** How many of them sequences in progress have or may still need; asked from any thread. */
  int slotsInUse();

  @Override
  void close();
}
