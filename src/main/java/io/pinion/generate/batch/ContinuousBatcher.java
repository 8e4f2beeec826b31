package io.pinion.generate.batch;

import io.pinion.generate.GenerationSession;
import io.pinion.generate.Generator;
import io.pinion.generate.sample.Sampler;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.schedule.WaitingQueue;
import io.pinion.generate.sequence.AllowedTokens;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.model.LanguageModel;
import io.pinion.text.tokenizer.Tokenizer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Generator} with continuous batching: rows join and leave the batch at every step.
 *
 * <p>No thread of its own runs steps: a task that waits for a result takes the {@link DeviceLease}
 * and advances the batch of all tasks until its own result is ready; the others sleep until theirs
 * are. Which rows share a batch does not affect what is generated, except for floating-point
 * rounding.
 *
 * <p>When a step fails, every row in the batch fails with a {@link
 * io.pinion.generate.GenerationException} in its task's {@link GenerationSession#next}; waiting
 * rows run in later steps.
 *
 * <p>Thread-safe. It owns the model and closes it; the tokenizer belongs to the caller.
 */
public final class ContinuousBatcher implements Generator {
  private static final Logger LOG = LoggerFactory.getLogger(ContinuousBatcher.class);

  /**
   * A step that takes longer is stuck: a prompt of 512 tokens runs through 70 billion weights on
   * one slow core in less.
   */
  private static final Duration LONGEST_STEP = Duration.ofHours(1);

  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Set<Integer> eosTokenIds;
  private final AllowedTokens allowedTokens;
  private final RequestCheck check;
  private final int slots;
  private final Sampler sampler;
  private final StepRunner batch;
  private final DeviceLease lease;
  private final LeaseWatchdog watchdog;

  /** Guarded by the lease's lock. */
  private final WaitingQueue waiting;

  private ContinuousBatcher(
      LanguageModel model,
      Tokenizer tokenizer,
      Collection<Integer> eosTokenIds,
      BatchSettings settings,
      DeviceLease lease,
      Sampler sampler,
      StepRunner batch,
      LeaseWatchdog watchdog) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.eosTokenIds = Set.copyOf(eosTokenIds);
    this.allowedTokens = new AllowedTokens(model.config().vocabularySize(), tokenizer.vocabulary());
    this.check =
        new RequestCheck(settings.slots(), model.maxLength(), model.config().vocabularySize());
    this.slots = settings.slots();
    this.waiting = new WaitingQueue(slots);
    this.lease = lease;
    this.sampler = sampler;
    this.batch = batch;
    this.watchdog = watchdog;
  }

  /**
   * Opens a generator for a loaded model.
   *
   * @param eosTokenIds the tokens that end a completion if {@code ignore-eos} is off
   * @param slots maximum number of sequences at once
   * @throws IllegalArgumentException if {@code slots} is not in 1 to {@code model.slots()}
   */
  public static ContinuousBatcher open(
      LanguageModel model, Tokenizer tokenizer, Collection<Integer> eosTokenIds, int slots) {
    return open(
        model,
        tokenizer,
        eosTokenIds,
        new BatchSettings(slots, false, BatchSettings.PREFILL_TOKENS));
  }

  /** Opens a generator; if this fails, the model stays open and nothing else stays in memory. */
  public static ContinuousBatcher open(
      LanguageModel model,
      Tokenizer tokenizer,
      Collection<Integer> eosTokenIds,
      BatchSettings settings) {
    return open(model, tokenizer, eosTokenIds, settings, batch -> batch, LONGEST_STEP);
  }

  /** Changes how a batch runs its steps; tests make it fail. */
  interface Wrapper {
    StepRunner wrap(StepRunner batch);
  }

  static ContinuousBatcher open(
      LanguageModel model,
      Tokenizer tokenizer,
      Collection<Integer> eosTokenIds,
      BatchSettings settings,
      Wrapper wrapper,
      Duration longestStep) {
    int slots = settings.slots();
    if (slots < 1 || slots > model.slots()) {
      throw new IllegalArgumentException(
          "batch.slots must be 1 to " + model.slots() + ", is " + slots);
    }
    int vocabularySize = model.config().vocabularySize();
    DeviceLease lease = new DeviceLease();
    Sampler sampler =
        Sampler.open(
            model.devices().get(model.devices().size() - 1),
            vocabularySize,
            Math.max(slots, settings.draftTokens()),
            () -> lease.holder() + ", model on " + model.devices());
    try {
      CanonicalTokenizer spelling = new CanonicalTokenizer(tokenizer, vocabularySize);
      StepRunner batch = wrapper.wrap(new Batch(model, sampler, spelling, settings));
      LeaseWatchdog watchdog = LeaseWatchdog.start(lease, longestStep);
      return new ContinuousBatcher(
          model, tokenizer, eosTokenIds, settings, lease, sampler, batch, watchdog);
    } catch (RuntimeException | Error e) {
      sampler.close();
      throw e;
    }
  }

  @Override
  public GenerationSession open(String task, BooleanSupplier cancelled) {
    return new BatchSession(this, lease, waiting, task, cancelled);
  }

  @Override
  public int slots() {
    return slots;
  }

  @Override
  public int slotsInUse() {
    return batch.reservedSlots();
  }

  @Override
  public int maxLength() {
    return model.maxLength();
  }

  /**
   * Ends the step in progress and the lease with it, then frees the model. Tasks that are waiting
   * for a result get a {@link java.util.concurrent.CancellationException}. Further calls do
   * nothing.
   */
  @Override
  public void close() {
    if (lease.close()) {
      watchdog.close();
      Cleanup.run(batch::clear, sampler::close, model::close);
    }
  }

  LanguageModel model() {
    return model;
  }

  Tokenizer tokenizer() {
    return tokenizer;
  }

  AllowedTokens allowedTokens() {
    return allowedTokens;
  }

  Set<Integer> eosTokenIds() {
    return eosTokenIds;
  }

  RequestCheck check() {
    return check;
  }

  /**
   * Advances the batch of all sessions by one step; the caller holds the lease, not its lock.
   *
   * @param own the group that the caller waits for
   */
  void advance(SequenceGroup own) {
    boolean ran = false;
    try {
      for (SequenceGroup group = nextGroup(); group != null; group = nextGroup()) {
        ran = true;
        batch.admit(group);
      }
      if (!batch.isEmpty()) {
        ran = true;
        batch.step();
      }
    } catch (RuntimeException | Error e) {
      fail(own, e);
    }
    deliver(batch.takeFinished());
    if (!ran && !own.isDone()) {
      fail(own, new IllegalStateException("the row waits, but the batch has no room and no rows"));
    }
  }

  /** Takes the next waiting group if the batch has room for it; else null. */
  private SequenceGroup nextGroup() {
    return lease.locked(
        () -> {
          dropCancelled();
          SequenceGroup group = waiting.peek();
          while (group != null && group.isDone()) {
            waiting.take();
            group = waiting.peek();
          }
          return group != null && hasRoom(group) ? waiting.take() : null;
        });
  }

  private boolean hasRoom(SequenceGroup group) {
    try {
      batch.announce(group);
      return batch.hasRoom(group);
    } catch (RuntimeException | Error e) {
      // Or the next step would fail with it again, and every step after.
      group.abort(e);
      throw e;
    }
  }

  /** Removes the groups of sessions that were closed; the caller holds the lease's lock. */
  void dropCancelled() {
    List<SequenceGroup> dropped = lease.takeCancelled();
    if (dropped.isEmpty()) {
      return;
    }
    try {
      Cleanup.all(dropped, batch::remove);
    } catch (RuntimeException | Error e) {
      LOG.warn("Some memory of cancelled rows was not freed on {}", model.devices(), e);
    }
  }

  private void deliver(List<RunningGroups.Finished> finished) {
    if (!finished.isEmpty()) {
      lease.change(() -> finished.forEach(end -> end.group().finish(end.result())));
    }
  }

  /** Fails the batch, or the caller's own group if the batch is empty, so that it does not wait. */
  private void fail(SequenceGroup own, Throwable cause) {
    lease.change(
        () -> {
          List<SequenceGroup> groups = batch.groups();
          groups.forEach(group -> group.abort(cause));
          if (groups.isEmpty() && !own.isDone()) {
            own.abort(cause);
          }
          try {
            batch.clear();
          } catch (RuntimeException | Error e) {
            LOG.warn("Some memory of a failed step was not freed on {}", model.devices(), e);
          }
        });
  }
}
