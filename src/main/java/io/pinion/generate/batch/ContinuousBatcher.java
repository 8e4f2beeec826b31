package io.pinion.generate.batch;

import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.Generator;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sample.Sampler;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.schedule.WaitingQueue;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.model.LanguageModel;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A {@link Generator} with continuous batching: rows join and leave the batch at every step.
 *
 * <p>It has no thread of its own: a task that waits for a result takes the lease and advances the
 * batch of all tasks until its own result is ready; the others sleep until theirs are. Which rows
 * share a batch does not affect what is generated, except for floating-point rounding.
 *
 * <p>When a step fails, every row in the batch fails with a {@link GenerationException} in its
 * task's {@link GenerationSession#next}; waiting rows run in later steps.
 *
 * <p>Thread-safe. It owns the model and closes it; the tokenizer belongs to the caller.
 */
public final class ContinuousBatcher implements Generator {
  private final LanguageModel model;
  private final Tokenizer tokenizer;
  private final Set<Integer> eosTokenIds;
  private final RequestCheck check;
  private final Sampler sampler;
  private final Batch batch;

  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition changed = lock.newCondition();
  private final WaitingQueue waiting;
  private final Set<SequenceGroup> cancelled = new HashSet<>();
  private String leaseHolder;
  private boolean closed;

  private ContinuousBatcher(
      LanguageModel model,
      Tokenizer tokenizer,
      Collection<Integer> eosTokenIds,
      BatchSettings settings) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.eosTokenIds = Set.copyOf(eosTokenIds);
    this.waiting = new WaitingQueue(settings.slots());
    int vocabularySize = model.config().vocabularySize();
    this.check = new RequestCheck(settings.slots(), model.maxLength(), vocabularySize);
    CanonicalTokenizer spelling = new CanonicalTokenizer(tokenizer, vocabularySize);
    this.sampler =
        Sampler.open(
            model.devices().get(model.devices().size() - 1),
            vocabularySize,
            Math.max(settings.slots(), settings.draftTokens()),
            this::context);
    this.batch = new Batch(model, sampler, spelling, settings);
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

  public static ContinuousBatcher open(
      LanguageModel model,
      Tokenizer tokenizer,
      Collection<Integer> eosTokenIds,
      BatchSettings settings) {
    int slots = settings.slots();
    if (slots < 1 || slots > model.slots()) {
      throw new IllegalArgumentException(
          "batch.slots must be 1 to " + model.slots() + ", is " + slots);
    }
    return new ContinuousBatcher(model, tokenizer, eosTokenIds, settings);
  }

  @Override
  public GenerationSession open(String task) {
    return new Session(task);
  }

  @Override
  public int maxLength() {
    return model.maxLength();
  }

  /** Waits until the lease is free, then frees the model. Further calls do nothing. */
  @Override
  public void close() {
    lock.lock();
    try {
      while (leaseHolder != null) {
        changed.awaitUninterruptibly();
      }
      if (closed) {
        return;
      }
      closed = true;
      batch.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    sampler.close();
    model.close();
  }

  private String context() {
    return "task " + leaseHolder + ", model on " + model.devices();
  }

  /** Advances the batch of all sessions by one step; the caller holds the lease, not the lock. */
  private void advance() {
    try {
      for (SequenceGroup group = nextGroup(); group != null; group = nextGroup()) {
        batch.admit(group);
      }
      if (!batch.isEmpty()) {
        batch.step();
      }
    } catch (RuntimeException | Error e) {
      fail(e);
    }
    deliver(batch.takeFinished());
  }

  /** Takes the next waiting group if the batch has room for it; else null. */
  private SequenceGroup nextGroup() {
    lock.lock();
    try {
      dropCancelled();
      SequenceGroup group = waiting.peek();
      if (group == null) {
        return null;
      }
      batch.announce(group);
      return batch.hasRoom(group) ? waiting.take() : null;
    } finally {
      lock.unlock();
    }
  }

  private void dropCancelled() {
    cancelled.forEach(batch::remove);
    cancelled.clear();
  }

  private void deliver(List<RunningGroups.Finished> finished) {
    if (finished.isEmpty()) {
      return;
    }
    lock.lock();
    try {
      finished.forEach(end -> end.group().finish(end.result()));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void fail(Throwable cause) {
    lock.lock();
    try {
      batch.groups().forEach(group -> group.abort(cause));
      batch.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** One task's rows, in order. */
  final class Session implements GenerationSession {
    private final String task;
    private final Deque<SequenceGroup> groups = new ArrayDeque<>();

    private Session(String task) {
      this.task = task;
    }

    @Override
    public void submit(GenerationRequest request) {
      RowException fault = check.fault(request).orElse(null);
      SequenceGroup group =
          new SequenceGroup(
              this,
              request,
              model.maxLength(),
              model.config().vocabularySize(),
              tokenizer.vocabulary(),
              endTokens(request.sampling()));
      lock.lock();
      try {
        requireOpen();
        groups.add(group);
        if (fault == null) {
          waiting.add(group);
        } else {
          group.finish(SequenceGroup.failed(request, fault));
        }
      } finally {
        lock.unlock();
      }
    }

    private Set<Integer> endTokens(SamplingParameters sampling) {
      Set<Integer> ends = new HashSet<>(sampling.stopTokenIds());
      if (!sampling.ignoreEos()) {
        ends.addAll(eosTokenIds);
      }
      return Set.copyOf(ends);
    }

    @Override
    public void endOfInput() {
      lock.lock();
      try {
        waiting.end(this);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public int pending() {
      return groups.size();
    }

    @Override
    public GenerationResult next() {
      SequenceGroup group = groups.peek();
      if (group == null) {
        throw new NoSuchElementException("no request is pending; submit one first");
      }
      if (awaitResultOrLease(group)) {
        try {
          advanceUntilDone(group);
        } finally {
          giveLeaseBack();
        }
      }
      groups.remove();
      return result(group);
    }

    /** Returns true if the caller holds the lease now, false if the group is done. */
    private boolean awaitResultOrLease(SequenceGroup group) {
      lock.lock();
      try {
        while (!group.isDone() && leaseHolder != null) {
          changed.await();
        }
        if (group.isDone()) {
          return false;
        }
        requireOpen();
        leaseHolder = task;
        return true;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted();
      } finally {
        lock.unlock();
      }
    }

    private void advanceUntilDone(SequenceGroup group) {
      // Only the holder of the lease ends groups, so it may read without the lock.
      while (!group.isDone()) {
        if (Thread.currentThread().isInterrupted()) {
          throw interrupted();
        }
        advance();
      }
    }

    private CancellationException interrupted() {
      return new CancellationException("task " + task + " was interrupted while generating");
    }

    private void giveLeaseBack() {
      lock.lock();
      try {
        leaseHolder = null;
        dropCancelled();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private GenerationResult result(SequenceGroup group) {
      if (group.failure() != null) {
        throw new GenerationException(
            "a step failed while row "
                + group.request().rowId()
                + " of task "
                + task
                + " was in the batch: "
                + group.failure(),
            group.failure());
      }
      return group.outcome();
    }

    private void requireOpen() {
      if (closed) {
        throw new IllegalStateException(
            "the generator is closed; task " + task + " must open another one");
      }
    }

    @Override
    public void close() {
      lock.lock();
      try {
        waiting.drop(this);
        cancelled.addAll(groups);
        groups.clear();
        if (leaseHolder == null) {
          dropCancelled();
        }
      } finally {
        lock.unlock();
      }
    }
  }
}
