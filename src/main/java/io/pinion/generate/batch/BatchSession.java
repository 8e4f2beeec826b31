package io.pinion.generate.batch;

import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.schedule.WaitingQueue;
import io.pinion.generate.sequence.PreparedGuides;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.guide.error.GuideException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** One task's rows in a {@link ContinuousBatcher}, in order. Used by the task's thread only. */
final class BatchSession implements GenerationSession {
  private final ContinuousBatcher batcher;
  private final DeviceLease lease;
  private final WaitingQueue waiting;
  private final String task;
  private final BooleanSupplier cancelled;
  private final PreparedGuides guides;
  private final Deque<SequenceGroup> groups = new ArrayDeque<>();

  /**
   * @param waiting guarded by the lease's lock
   * @param cancelled whether the task was killed
   */
  BatchSession(
      ContinuousBatcher batcher,
      DeviceLease lease,
      WaitingQueue waiting,
      String task,
      BooleanSupplier cancelled) {
    this.batcher = batcher;
    this.lease = lease;
    this.waiting = waiting;
    this.task = task;
    this.cancelled = cancelled;
    this.guides = new PreparedGuides(batcher.tokenizer().vocabulary().size());
  }

  @Override
  public void submit(GenerationRequest request) {
    SequenceGroup group = group(request);
    RowException fault = batcher.check().fault(request).or(() -> guideFault(group)).orElse(null);
    if (fault != null) {
      group.finish(SequenceGroup.failed(request, fault));
    }
    lease.locked(
        () -> {
          requireOpen();
          groups.add(group);
          if (fault == null) {
            waiting.add(group);
          }
          return group;
        });
  }

  /** Prepares the guide on the task's own time; empty if it can be followed. */
  private Optional<RowException> guideFault(SequenceGroup group) {
    try {
      group.prepare(guides);
      return Optional.empty();
    } catch (GuideException e) {
      return Optional.of(new RowException(StepFaults.of(e), e));
    } catch (RuntimeException | StackOverflowError e) {
      return Optional.of(new RowException(StepFaults.unforeseen(e), e));
    }
  }

  private SequenceGroup group(GenerationRequest request) {
    return new SequenceGroup(
        this,
        request,
        batcher.maxLength(),
        batcher.tokenizer().vocabulary(),
        batcher.allowedTokens(),
        endTokens(request.sampling()));
  }

  private Set<Integer> endTokens(SamplingParameters sampling) {
    Set<Integer> ends = new HashSet<>(sampling.stopTokenIds());
    if (!sampling.ignoreEos()) {
      ends.addAll(batcher.eosTokenIds());
    }
    return Set.copyOf(ends);
  }

  private void requireOpen() {
    if (lease.isClosing()) {
      throw new IllegalStateException(
          "the generator is closed; task " + task + " must open another one");
    }
  }

  @Override
  public void endOfInput() {
    lease.change(() -> waiting.end(this));
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
    lease.requireAlive(task, cancelled);
    if (lease.awaitDoneOrTake(group, task, cancelled)) {
      try {
        // Only the holder of the lease ends groups, so it may read without the lock.
        while (!group.isDone()) {
          lease.beginStep();
          batcher.advance(group);
          lease.requireAlive(task, cancelled);
        }
      } finally {
        lease.giveBack(batcher::dropCancelled);
      }
    }
    groups.remove();
    return result(group);
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

  @Override
  public void close() {
    List<SequenceGroup> dropped = new ArrayList<>(groups);
    groups.clear();
    lease.change(
        () -> {
          waiting.drop(this);
          if (lease.cancel(dropped)) {
            batcher.dropCancelled();
          }
        });
  }
}
