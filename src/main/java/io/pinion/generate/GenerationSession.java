package io.pinion.generate;

/**
 * One task's view of a shared {@link Generator}: requests in, results out in the same order.
 *
 * <p>The generator decides in which order requests start, long ones early; results do not depend on
 * it.
 *
 * <p>Used only by the task's thread. {@link #next} takes the device's lease if needed and then
 * advances the batch of all tasks that share the device.
 */
public interface GenerationSession extends AutoCloseable {

  /** Queues a request. Never blocks on the device. */
  void submit(GenerationRequest request);

  /** Declares that no more requests follow, so that waiting ones can start in the best order. */
  void endOfInput();

  /** Number of submitted requests whose results {@link #next} has not returned yet. */
  int pending();

  /**
   * Waits for the result of the oldest pending request.
   *
   * @throws java.util.NoSuchElementException if nothing is pending
   * @throws GenerationException if a step failed with the request in its batch, or is stuck
   * @throws java.util.concurrent.CancellationException if the task was interrupted or cancelled, or
   *     the generator was closed
   */
  GenerationResult next();

  /** Cancels pending requests and frees their slots. */
  @Override
  void close();
}
