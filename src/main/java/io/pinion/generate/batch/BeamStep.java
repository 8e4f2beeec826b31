package io.pinion.generate.batch;

import io.pinion.generate.sample.BeamCandidates;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.SamplingBatch;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.sequence.BeamSearch;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The part of a step that advances beam searches: from candidates to the next beams and their
 * slots.
 *
 * <p>Owned by the thread that holds the lease.
 */
final class BeamStep {
  private final RunningGroups running;
  private final SlotAllocator slots;
  private final PenaltyCounts counts;
  private final int vocabularySize;

  BeamStep(RunningGroups running, SlotAllocator slots, PenaltyCounts counts, int vocabularySize) {
    this.running = running;
    this.slots = slots;
    this.counts = counts;
    this.vocabularySize = vocabularySize;
  }

  /** The groups whose beams advance in the current step. */
  List<SequenceGroup> searching() {
    return running.groups().stream()
        .filter(group -> group.isBeamSearch() && group.live().get(0).chooses())
        .toList();
  }

  /** The sampler's input to find a group's candidates. */
  SamplingBatch.Beams beams(SequenceGroup group) {
    return running.search(group).samplingBeams(vocabularySize);
  }

  /** Advances a search, or ends it with its result or an error. */
  void advance(SequenceGroup group, BeamCandidates candidates) {
    if (Double.isNaN(candidates.scores()[0])) {
      running.fail(group, StepFaults.NOT_NUMBERS);
      return;
    }
    BeamSearch search = running.search(group);
    List<BeamSearch.Child> next = new ArrayList<>();
    running.attempt(group, () -> next.addAll(search.advance(candidates)));
    if (!next.isEmpty()) {
      replaceBeams(group, next);
    } else if (search.best().isEmpty()) {
      running.fail(group, StepFaults.NOTHING_ALLOWED);
    } else {
      running.attempt(group, () -> running.finish(group, group.result(search.best())));
    }
  }

  private void replaceBeams(SequenceGroup group, List<BeamSearch.Child> next) {
    if (group.isPenalised()) {
      countTokens(next);
    }
    List<Sequence> parents = List.copyOf(group.live());
    group.clear();
    running.release(parents);
    place(next);
    next.forEach(child -> group.add(child.sequence()));
  }

  /** Copies the counts of the parents, which are released afterwards, and adds the new tokens. */
  private void countTokens(List<BeamSearch.Child> next) {
    int[] penaltySlots = new int[next.size()];
    int[] tokens = new int[penaltySlots.length];
    for (int i = 0; i < tokens.length; i++) {
      Sequence sequence = next.get(i).sequence();
      sequence.countIn(counts.copy(next.get(i).parent().penaltySlot()));
      penaltySlots[i] = sequence.penaltySlot();
      tokens[i] = sequence.lastToken();
    }
    counts.add(penaltySlots, tokens);
  }

  /** The first child of a beam takes over its slot, further ones get copies. */
  private void place(List<BeamSearch.Child> next) {
    Set<Sequence> taken = new HashSet<>();
    for (BeamSearch.Child child : next) {
      if (taken.add(child.parent())) {
        slots.put(child.sequence(), child.parent().slot());
      }
    }
    for (BeamSearch.Child child : next) {
      if (slots.at(child.parent().slot()) != child.sequence()) {
        slots.placeCopy(child.sequence(), child.parent().slot());
      }
    }
  }
}
