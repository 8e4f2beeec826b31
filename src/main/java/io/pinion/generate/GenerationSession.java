package io.pinion.generate;

/**
 * One task's view of a shared {@link Generator}: requests in, results out in the same order.
 *
 * <p>Requests begin in an order of the generator's own, long ones early; on that no result depends.
 *
 * <p>Used by the task's thread alone. {@link #next} takes the device's lease where needed and then
 * advances the batch of every task that shares the device.
 */
public interface GenerationSession extends AutoCloseable {

  /** Queues a request. Never blocks on the device. */
  void submit(GenerationRequest request);

  /** Tells that nothing more will be submitted, so that what waits can be put in the best order. */
  void endOfInput();

  /** How many requests were submitted and not yet handed out by {@link #next}. */
  int pending();

  /**
   * The result of the oldest request not yet handed out.
   *
   * @throws java.util.NoSuchElementException where nothing is pending
   */
  GenerationResult next();

  /** Drops what is still pending, freeing its slots. */
  @Override
  void close();
}
