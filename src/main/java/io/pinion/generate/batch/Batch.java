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
import io.pinion.model.LanguageModel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the steps of continuous batching for the groups in progress.
 *
 * <p>A step closes gaps between used slots, runs one forward pass over prompt chunks and new tokens
 * together, and appends the next token to each sequence whose last token was in it, followed by the
 * tokens that its guide forces. Owned by the thread that holds the lease.
 */
final class Batch implements StepRunner {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

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

  /** Groups that left for want of memory and start over, before any that waits. */
  private final Deque<SequenceGroup> preempted = new ArrayDeque<>();

  /** How many sequences the device has memory for, as far as steps have shown. */
  private int affordable;

  Batch(
      LanguageModel model, Sampler sampler, CanonicalTokenizer tokenizer, BatchSettings settings) {
    this.model = model;
    this.sampler = sampler;
    this.counts = sampler.penaltyCounts();
    this.slotCount = settings.slots();
    this.affordable = slotCount;
    this.slots = new SlotAllocator(slotCount);
    this.prefill = new PrefillScheduler(settings);
    this.prefixes = new PrefixCache(model, settings);
    this.drafter = new Drafter(tokenizer, settings);
    this.running = new RunningGroups(slots, prefill, prefixes, counts);
    this.tokenStep = new TokenStep(running, slots, counts, tokenizer, drafter, settings.plain());
    this.beamStep = new BeamStep(running, slots, counts, model.config().vocabularySize());
  }

  @Override
  public void announce(SequenceGroup group) {
    prefixes.requestKeep(group, prefill.prefilling());
  }

  @Override
  public boolean hasRoom(SequenceGroup group) {
    return preempted.isEmpty() && fits(group);
  }

  private boolean fits(SequenceGroup group) {
    int most = running.isEmpty() ? slotCount : affordable;
    return group.width() <= most - running.reservedSlots()
        && prefill.room() > 0
        && running.fits(group, model.cacheTokens(), model.prefixRows())
        && !prefixes.awaits(group, prefill.prefilling());
  }

  @Override
  public void admit(SequenceGroup group) {
    running.add(group);
    List<Sequence> first = new ArrayList<>();
    running.attempt(group, () -> first.add(new Sequence(group, 0)));
    first.forEach(this::start);
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

  @Override
  public boolean isEmpty() {
    return running.isEmpty() && preempted.isEmpty();
  }

  @Override
  public int reservedSlots() {
    return running.reservedSlots();
  }

  @Override
  public List<SequenceGroup> groups() {
    return Stream.concat(running.groups().stream(), preempted.stream()).toList();
  }

  @Override
  public void remove(SequenceGroup group) {
    preempted.remove(group);
    running.remove(group);
  }

  @Override
  public void clear() {
    preempted.clear();
    running.clear();
  }

  @Override
  public List<RunningGroups.Finished> takeFinished() {
    return running.takeFinished();
  }

  @Override
  public void step() {
    while (!preempted.isEmpty() && fits(preempted.element())) {
      admit(preempted.remove());
    }
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
    NDArray computed = forward(plan);
    if (computed == null) {
      return;
    }
    try (NDArray logits = computed) {
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

  /** The logits of a step; null if there was no memory for it, and fewer groups are left. */
  private NDArray forward(StepPlan plan) {
    try {
      return model.forward(plan.step());
    } catch (RuntimeException e) {
      if (!StepFaults.outOfMemory(e)) {
        throw e;
      }
      makeRoom(e);
      return null;
    }
  }

  /** Takes half of the groups out, the last admitted first, or fails the only one. */
  private void makeRoom(RuntimeException fault) {
    List<SequenceGroup> groups = running.groups();
    if (groups.size() == 1) {
      running.fail(groups.get(0), StepFaults.tooLarge(fault));
      return;
    }
    int before = running.reservedSlots();
    for (SequenceGroup group : groups.subList((groups.size() + 1) / 2, groups.size())) {
      running.remove(group);
      group.restart();
      preempted.add(group);
    }
    affordable = running.reservedSlots();
    LOG.warn(
        "{} has no memory for {} sequences; from now on at most {} run at once. {}",
        model.devices(),
        before,
        affordable,
        fault.getMessage());
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

  /** Computes the masks of a group; it ends here if it cannot continue or its guide fails. */
  private void findAllowed(SequenceGroup group) {
    running.attempt(
        group,
        () -> {
          List<Sequence> choosing = group.choosing();
          long stuck = choosing.stream().filter(sequence -> !sequence.findAllowed()).count();
          // A beam without allowed tokens is dropped by the search; a completion fails its group.
          if (stuck > 0 && (!group.isBeamSearch() || stuck == choosing.size())) {
            running.fail(group, StepFaults.NOTHING_ALLOWED);
          }
        });
  }

  /** The sequences outside beam search that satisfy a condition. */
  private List<Sequence> completions(Predicate<Sequence> condition) {
    return running.sequences().stream()
        .filter(sequence -> !sequence.group().isBeamSearch())
        .filter(condition)
        .toList();
  }

  /** The sampler's input; each sequence is followed by its drafts. */
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
