package io.pinion.generate.batch;

import ai.djl.ndarray.NDArray;
import io.pinion.generate.draft.Drafter;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.Sampler;
import io.pinion.generate.sample.SamplingBatch;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.schedule.PrefillScheduler;
import io.pinion.generate.schedule.PrefixCache;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.schedule.StepBuilder;
import io.pinion.generate.schedule.StepPlan;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.guide.error.GuideException;
import io.pinion.model.LanguageModel;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The groups that are being generated and their sequences in the model's slots.
 *
 * <p>Owned by the thread that holds the lease. A step: holes between slots are closed, one forward
 * pass runs over parts of prompts and new tokens alike, and each sequence whose last token was in
 * it gets its next token, with those behind it that its guide forces.
 */
public final class Batch {
  private final LanguageModel model;
  private final Sampler sampler;
  private final PenaltyCounts counts;
  private final int slotCount;
  private final SlotAllocator slots;
  private final PrefillScheduler prefill;
  private final PrefixCache prefixes;
  private final Drafter drafter;
  private final RunningGroups running;
  private final TokenStep tokenStep;
  private final BeamStep beamStep;

  Batch(
      LanguageModel model, Sampler sampler, CanonicalTokenizer tokenizer, BatchSettings settings) {
    this.model = model;
    this.sampler = sampler;
    this.counts = sampler.penaltyCounts();
    this.slotCount = settings.slots();
    this.slots = new SlotAllocator(slotCount);
    this.prefill = new PrefillScheduler(settings);
    this.prefixes = new PrefixCache(model, settings);
    this.drafter = new Drafter(tokenizer, settings);
    this.running = new RunningGroups(slots, prefill, prefixes, counts);
    this.tokenStep = new TokenStep(running, slots, counts, tokenizer, drafter, settings.plain());
    this.beamStep = new BeamStep(running, slots, counts, model.config().vocabularySize());
  }

  /** Tells which group is to come next, so that what it shares with a prompt is kept for it. */
  void announce(SequenceGroup group) {
    prefixes.requestKeep(group, prefill.prefilling());
  }

  /** Whether a group may come in before the next step. */
  boolean hasRoom(SequenceGroup group) {
    return group.width() <= slotCount - running.reservedSlots()
        && prefill.room() > 0
        && !prefixes.awaits(group, prefill.prefilling());
  }

  /** Takes a group in, for which there is room. It belongs to the batch even where this fails. */
  void admit(SequenceGroup group) {
    running.add(group);
    try {
      start(new Sequence(group, 0));
    } catch (GuideException e) {
      running.fail(group, e);
    }
  }

  private void start(Sequence first) {
    slots.place(first);
    first.group().add(first);
    prefixes.begin(first, running.sequences().stream().filter(Sequence::isPrefilled).toList());
    prefill.add(first);
    if (first.group().isPenalised()) {
      first.countIn(counts.start(first.group().promptTokenIds()));
    }
    tokenStep.begin(first);
  }

  /** Whether there is nothing to run. */
  boolean isEmpty() {
    return running.isEmpty();
  }

  /** The groups under way. */
  List<SequenceGroup> groups() {
    return running.groups();
  }

  /** Takes a group out and frees what it holds; the group may be absent. */
  void remove(SequenceGroup group) {
    running.remove(group);
  }

  /** Gives up every group after a failed step. */
  void clear() {
    running.clear();
  }

  /** Hands out the groups that ended, which the batch no longer holds. */
  List<RunningGroups.Finished> takeFinished() {
    return running.takeFinished();
  }

  /** Runs one step. */
  void step() {
    slots.compact();
    copySlots();
    prefixes.load();
    Map<Sequence, Integer> shares = prefill.shares();
    Map<Sequence, List<Sequence>> drafts = drafter.drafts(slots, shares);
    StepPlan plan = StepBuilder.plan(slots, shares, drafts);
    List<Sequence> forced;
    List<Sequence> choosing;
    List<SequenceGroup> searching;
    Sampler.Chosen chosen;
    try (NDArray logits = model.forward(plan.step())) {
      plan.apply();
      List<Sequence> prefilled = prefill.takePrefilled();
      prefilled.forEach(prefixes::keepAwaited);
      prefilled.forEach(this::fork);
      forced = completions(Sequence::hasForced);
      running.groups().forEach(this::findAllowed);
      choosing = completions(Sequence::chooses);
      searching = beamStep.searching();
      chosen = sampler.choose(logits, samplingBatch(choosing, drafts, searching));
    }
    forced.forEach(tokenStep::appendForced);
    Iterator<Sampler.Token> tokens = chosen.tokens().iterator();
    choosing.forEach(sequence -> tokenStep.append(sequence, of(drafts, sequence), tokens));
    for (int i = 0; i < searching.size(); i++) {
      beamStep.advance(searching.get(i), chosen.candidates().get(i));
    }
    copySlots();
  }

  private void copySlots() {
    SlotAllocator.Copies copies = slots.takeCopies();
    if (copies.from().length > 0) {
      model.copySlots(copies.from(), copies.to());
    }
  }

  /** After the prefill, the group's other completions start from a copy of the first one's slot. */
  private void fork(Sequence first) {
    SequenceGroup group = first.group();
    for (int completion = 1; !group.isBeamSearch() && completion < group.width(); completion++) {
      Sequence fork = first.fork(completion);
      group.add(fork);
      slots.placeCopy(fork, first.slot());
      if (group.isPenalised()) {
        fork.countIn(counts.copy(first.penaltySlot()));
      }
    }
  }

  /** Finds out what may come next; a group that can't go on, or whose guide fails, ends here. */
  private void findAllowed(SequenceGroup group) {
    try {
      List<Sequence> choosing = group.choosing();
      int stuck = 0;
      for (Sequence sequence : choosing) {
        stuck += sequence.findAllowed() ? 0 : 1;
      }
      // A beam that can't go on dies by itself; a completion can't.
      if (stuck > 0 && (!group.isBeamSearch() || stuck == choosing.size())) {
        running.fail(group, StepFaults.NOTHING_ALLOWED);
      }
    } catch (GuideException e) {
      running.fail(group, e);
    }
  }

  /** The sequences that are no beams. */
  private List<Sequence> completions(Predicate<Sequence> wanted) {
    return running.sequences().stream()
        .filter(sequence -> !sequence.group().isBeamSearch())
        .filter(wanted)
        .toList();
  }

  /** Each sequence is followed by its drafts. */
  private SamplingBatch samplingBatch(
      List<Sequence> choosing,
      Map<Sequence, List<Sequence>> drafts,
      List<SequenceGroup> searching) {
    return new SamplingBatch(
        choosing.stream()
            .flatMap(sequence -> Stream.concat(Stream.of(sequence), of(drafts, sequence).stream()))
            .map(Sequence::samplingRow)
            .toList(),
        searching.stream().map(beamStep::beams).toList());
  }

  private static List<Sequence> of(Map<Sequence, List<Sequence>> drafts, Sequence sequence) {
    return drafts.getOrDefault(sequence, List.of());
  }
}
