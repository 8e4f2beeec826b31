package io.pinion.generate.batch;

import io.pinion.generate.sequence.SequenceGroup;
import java.util.List;

/**
 * The batch as {@link ContinuousBatcher} drives it: groups join, steps run, groups leave. Owned by
 * the thread that holds the lease.
 */
interface StepRunner {
  /** Announces the next group, so that a prefix that it shares with a prompt is cached for it. */
  void announce(SequenceGroup group);

  /** Whether a group can be admitted before the next step. */
  boolean hasRoom(SequenceGroup group);

  /** Admits a group that has room. It belongs to the batch even if this fails. */
  void admit(SequenceGroup group);

  /** Whether there is nothing to run. */
  boolean isEmpty();

  /** Number of slots that the groups in progress may need in total; asked from any thread. */
  int reservedSlots();

  /** Runs one step. */
  void step();

  /** The groups in progress. */
  List<SequenceGroup> groups();

  /** Returns, once, the groups that ended; the batch no longer holds them. */
  List<RunningGroups.Finished> takeFinished();

  /** Removes a group and frees its resources; the group may be absent. */
  void remove(SequenceGroup group);

  /** Removes every group. */
  void clear();
}
