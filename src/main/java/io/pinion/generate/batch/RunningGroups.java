package io.pinion.generate.batch;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.schedule.PrefillScheduler;
import io.pinion.generate.schedule.PrefixCache;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.sequence.BeamSearch;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.guide.error.GuideException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The groups in progress, and how they end: each with its result or its own error. The resources of
 * a sequence (slots, counts, share of the prefill) are released as soon as it ends.
 *
 * <p>Owned by the thread that holds the lease.
 */
final class RunningGroups {
  private static final Logger LOG = LoggerFactory.getLogger(RunningGroups.class);

  private final SlotAllocator slots;
  private final PrefillScheduler prefill;
  private final PrefixCache prefixes;
  private final PenaltyCounts counts;
  private final Set<SequenceGroup> groups = new LinkedHashSet<>();
  private final Map<SequenceGroup, BeamSearch> searches = new HashMap<>();
  private final List<Finished> finished = new ArrayList<>();

  /** Written by the thread that holds the lease alone, read by those that report figures. */
  private volatile int reservedSlots;

  RunningGroups(
      SlotAllocator slots, PrefillScheduler prefill, PrefixCache prefixes, PenaltyCounts counts) {
    this.slots = slots;
    this.prefill = prefill;
    this.prefixes = prefixes;
    this.counts = counts;
  }

  /** A group with its result. */
  record Finished(SequenceGroup group, GenerationResult result) {}

  /** Adds a group and reserves its slots. */
  void add(SequenceGroup group) {
    groups.add(group);
    reservedSlots += group.width();
    if (group.isBeamSearch()) {
      searches.put(group, new BeamSearch(group));
    }
  }

  boolean isEmpty() {
    return groups.isEmpty();
  }

  /** A copy, so that groups may end while it is iterated. */
  List<SequenceGroup> groups() {
    return List.copyOf(groups);
  }

  /** All sequences in progress, in the order of their groups' admission. */
  List<Sequence> sequences() {
    return groups.stream().flatMap(group -> group.live().stream()).toList();
  }

  /** The group's beam search; null if it has none. */
  BeamSearch search(SequenceGroup group) {
    return searches.get(group);
  }

  /**
   * Whether the cache has memory for a further group, should it and all others grow as long as they
   * may. A group that has the cache to itself is always let in.
   *
   * @param cacheTokens number of rows times the longest sequence that the cache has memory for
   * @param otherRows number of rows of the cache beside those of the slots
   */
  boolean fits(SequenceGroup group, long cacheTokens, int otherRows) {
    long longest =
        Stream.concat(groups.stream(), Stream.of(group))
            .mapToLong(SequenceGroup::longest)
            .max()
            .orElseThrow();
    return groups.isEmpty() || (otherRows + reservedSlots + group.width()) * longest <= cacheTokens;
  }

  /** Number of slots that the groups may need in total. */
  int reservedSlots() {
    return reservedSlots;
  }

  /** Removes a group and frees its resources; the group may be absent. */
  void remove(SequenceGroup group) {
    if (groups.remove(group)) {
      reservedSlots -= group.width();
      searches.remove(group);
      List<Sequence> live = List.copyOf(group.live());
      group.clear();
      release(live);
    }
  }

  /** Frees the resources of sequences, of all of them even if the device fails for one. */
  void release(List<Sequence> sequences) {
    Cleanup.all(sequences, this::release);
  }

  /** Frees the resources of a sequence; what the device may refuse comes last. */
  private void release(Sequence sequence) {
    prefill.drop(sequence);
    prefixes.drop(sequence);
    slots.free(sequence.slot());
    int penaltySlot = sequence.penaltySlot();
    sequence.countIn(PenaltyCounts.NONE);
    counts.free(penaltySlot);
  }

  /** Removes every group, also if the device fails to free the memory of some. */
  void clear() {
    Cleanup.run(
        () -> Cleanup.all(groups(), this::remove), slots::clear, counts::clear, finished::clear);
  }

  /** Returns, once, the groups that ended. */
  List<Finished> takeFinished() {
    List<Finished> taken = List.copyOf(finished);
    finished.clear();
    return taken;
  }

  /**
   * Runs {@code appending} and ends the sequence if that returns a reason. Does nothing if the
   * group has already ended.
   */
  void goOn(Sequence sequence, Supplier<FinishReason> appending) {
    attempt(
        sequence.group(),
        () -> {
          FinishReason reason = appending.get();
          if (reason != null) {
            end(sequence, reason);
          }
        });
  }

  /**
   * Runs work for one group, unless it has ended. Whatever the work throws ends this group alone,
   * so the work must not include calls of the device: what fails there concerns the whole batch.
   */
  void attempt(SequenceGroup group, Runnable work) {
    if (!groups.contains(group)) {
      return;
    }
    try {
      work.run();
    } catch (GuideException e) {
      fail(group, StepFaults.of(e));
    } catch (RuntimeException | StackOverflowError e) {
      LOG.warn("Row {} fails for a reason that no check foresaw", group.request().rowId(), e);
      fail(group, StepFaults.unforeseen(e));
    }
  }

  /** Ends a sequence; one that is still in prefill ends for all completions of its group. */
  private void end(Sequence sequence, FinishReason reason) {
    SequenceGroup group = sequence.group();
    Completion completed = sequence.completed(reason);
    int to = prefill.holds(sequence) ? group.width() : sequence.completion() + 1;
    boolean last = false;
    for (int completion = sequence.completion(); completion < to; completion++) {
      last = group.complete(completion, completed);
    }
    group.remove(sequence);
    release(sequence);
    if (last) {
      finish(group, group.result());
    }
  }

  /** Ends a group with an error; it may have ended already. */
  void fail(SequenceGroup group, String message) {
    if (groups.contains(group)) {
      finish(group, SequenceGroup.failed(group.request(), new RowException(message)));
    }
  }

  /** Ends a group. */
  void finish(SequenceGroup group, GenerationResult result) {
    remove(group);
    finished.add(new Finished(group, result));
  }
}
