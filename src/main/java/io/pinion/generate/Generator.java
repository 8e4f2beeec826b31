package io.pinion.generate;

/**
 * A model with its tokenizer that generates for several tasks at once (continuous batching).
 *
 * <p>Thread-safe: tasks open a session each. The executor's model registry closes it.
 */
public interface Generator extends AutoCloseable {

  /** Opens a session for a task; {@code task} names it in errors and logs. */
  GenerationSession open(String task);

  /** The longest sequence, prompt and completion together, in tokens. */
  int maxLength();

  @Override
  void close();
}
