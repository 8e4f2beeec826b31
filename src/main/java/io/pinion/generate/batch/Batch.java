package io.pinion.generate.batch;

import ai.djl.ndarray.NDArray;
import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import io.pinion.generate.draft.Drafter;
import io.pinion.generate.sample.BeamCandidates;
import io.pinion.generate.sample.PenaltyCounts;
import io.pinion.generate.sample.Sampler;
import io.pinion.generate.sample.SamplingBatch;
import io.pinion.generate.schedule.BatchSettings;
import io.pinion.generate.schedule.PrefillScheduler;
import io.pinion.generate.schedule.PrefixCache;
import io.pinion.generate.schedule.SlotAllocator;
import io.pinion.generate.schedule.StepBuilder;
import io.pinion.generate.sequence.BeamSearch;
import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.guide.error.GuideException;
import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The rows that are being generated and their sequences in the model's slots.
 *
 * <p>Owned by the thread that holds the lease. A step: holes between slots are closed, one forward
 * pass runs over parts of prompts and new tokens alike, and each sequence whose last token was in
 * it gets its next token, with those behind it that its guide forces.
 */
public final class Batch {
  private static final String NOT_NUMBERS =
      "the model's logits are not numbers (NaN); try model.dtype f32 or check the weights";
  private static final String NOTHING_ALLOWED =
      "no token is allowed to follow: lower min-tokens, or widen what the guide allows to what the"
          + " model's tokens can spell";

  private final LanguageModel model;
  private final Sampler sampler;
  private final PenaltyCounts counts;
  private final CanonicalTokenizer spelling;
  private final BatchSettings settings;
  private final SlotAllocator table;
  private final PrefillScheduler prompts;
  private final PrefixCache prefixes;
  private final Drafter drafting;
  private final Set<SequenceGroup> rows = new LinkedHashSet<>();
  private final List<Finished> finished = new ArrayList<>();
  private int reserved;

  Batch(LanguageModel model, Sampler sampler, CanonicalTokenizer spelling, BatchSettings settings) {
    this.model = model;
    this.sampler = sampler;
    this.counts = sampler.penaltyCounts();
    this.spelling = spelling;
    this.settings = settings;
    this.table = new SlotAllocator(settings.slots());
    this.prompts = new PrefillScheduler(settings);
    this.prefixes = new PrefixCache(model, settings);
    this.drafting = new Drafter(spelling, settings);
  }

  /** A row with its result. */
  record Finished(SequenceGroup row, GenerationResult result) {}

  /** Whether a row may come in before the next step. */
  boolean hasRoom(SequenceGroup row) {
    // Asked first: also where no slot is free, what this row shares is kept for it.
    return !prefixes.awaits(row, prompts.reading())
        && row.width() <= settings.slots() - reserved
        && prompts.room() > 0;
  }

  /** Takes a row in, for which there is room. It belongs to the batch even where this fails. */
  void admit(SequenceGroup row) {
    rows.add(row);
    reserved += row.width();
    try {
      start(row, new Sequence(row, 0));
    } catch (GuideException e) {
      fail(row, e);
    }
  }

  private void start(SequenceGroup row, Sequence first) {
    table.place(first);
    row.live.add(first);
    prefixes.begin(first, read());
    prompts.add(first);
    if (row.penalised()) {
      first.penaltySlot = counts.start(row.request.promptTokenIds());
    }
    goOn(first, () -> force(first));
  }

  /** The sequences whose prompts the cache holds whole. */
  private List<Sequence> read() {
    return rows.stream()
        .flatMap(row -> row.live.stream())
        .filter(sequence -> sequence.cached >= sequence.row.request.promptTokenIds().length)
        .toList();
  }

  /** Whether there is nothing to run. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows under way. */
  List<SequenceGroup> rows() {
    return List.copyOf(rows);
  }

  /** Takes a row out and frees what it holds; the row may be absent. */
  void remove(SequenceGroup row) {
    if (rows.remove(row)) {
      reserved -= row.width();
      row.live.forEach(this::release);
      row.live.clear();
    }
  }

  private void release(Sequence sequence) {
    prompts.drop(sequence);
    prefixes.drop(sequence);
    table.free(sequence.slot);
    counts.free(sequence.penaltySlot);
    sequence.penaltySlot = PenaltyCounts.NONE;
  }

  /** Gives up every row after a failed step. */
  void clear() {
    rows().forEach(this::remove);
    table.clear();
    counts.clear();
  }

  /** Hands out the rows that ended, which the batch no longer holds. */
  List<Finished> takeFinished() {
    List<Finished> taken = List.copyOf(finished);
    finished.clear();
    return taken;
  }

  /** Runs one step. */
  void step() {
    table.compact();
    copySlots();
    prefixes.load();
    Map<Sequence, Integer> shares = prompts.shares();
    Map<Sequence, List<Sequence>> drafts = drafting.drafts(table, shares);
    LanguageModel.Step step = StepBuilder.of(table, shares, drafts);
    List<Sequence> forced;
    List<Sequence> choosing;
    List<SequenceGroup> searching;
    Sampler.Chosen chosen;
    try (NDArray logits = model.forward(step)) {
      List<Sequence> read = prompts.takeRead();
      read.forEach(prefixes::keepAwaited);
      read.forEach(this::fork);
      forced = sequences(Sequence::hasForced);
      rows().forEach(this::allow);
      choosing = sequences(Sequence::chooses);
      searching = beamRows();
      chosen = sampler.choose(logits, batch(withDrafts(choosing, drafts), searching));
    }
    forced.forEach(sequence -> goOn(sequence, () -> appendForced(sequence, 1)));
    Iterator<Sampler.Token> tokens = chosen.tokens().iterator();
    for (Sequence sequence : choosing) {
      append(sequence, drafts.getOrDefault(sequence, List.of()), tokens);
    }
    for (int i = 0; i < searching.size(); i++) {
      advance(searching.get(i), chosen.candidates().get(i));
    }
    copySlots();
  }

  private SamplingBatch batch(List<Sequence> choosing, List<SequenceGroup> searching) {
    int vocabularySize = model.config().vocabularySize();
    return new SamplingBatch(
        choosing.stream().map(Sequence::samplingRow).toList(),
        searching.stream().map(row -> row.beams.samplingBeams(vocabularySize)).toList());
  }

  private void copySlots() {
    SlotAllocator.Copies copies = table.takeCopies();
    if (copies.from().length > 0) {
      model.copySlots(copies.from(), copies.to());
    }
  }

  /** After a prompt's last token, the row's other completions start from a copy of its slot. */
  private void fork(Sequence first) {
    SequenceGroup row = first.row;
    for (int completion = 1; row.beams == null && completion < row.width(); completion++) {
      Sequence fork = first.fork(completion);
      if (row.penalised()) {
        fork.penaltySlot = counts.copy(first.penaltySlot);
      }
      row.live.add(fork);
      table.placeCopy(fork, first.slot);
    }
  }

  /** Finds out what may come next; a row that can't go on, or whose guide fails, ends here. */
  private void allow(SequenceGroup row) {
    try {
      List<Sequence> choosing = row.choosing();
      int stuck = 0;
      for (Sequence sequence : choosing) {
        stuck += row.allow(sequence) ? 0 : 1;
      }
      // A beam that can't go on dies by itself; a completion can't.
      if (stuck > 0 && (row.beams == null || stuck == choosing.size())) {
        fail(row, NOTHING_ALLOWED);
      }
    } catch (GuideException e) {
      fail(row, e);
    }
  }

  private List<Sequence> sequences(Predicate<Sequence> wanted) {
    return rows.stream()
        .filter(row -> row.beams == null)
        .flatMap(row -> row.live.stream())
        .filter(wanted)
        .toList();
  }

  private List<SequenceGroup> beamRows() {
    return rows.stream().filter(row -> row.beams != null && row.live.get(0).chooses()).toList();
  }

  private static List<Sequence> withDrafts(
      List<Sequence> sequences, Map<Sequence, List<Sequence>> drafts) {
    return sequences.stream()
        .flatMap(s -> Stream.concat(Stream.of(s), drafts.getOrDefault(s, List.of()).stream()))
        .toList();
  }

  /**
   * Appends what was chosen for a sequence and, as long as it became its drafts, for those.
   *
   * @param tokens what was chosen for it and for its drafts comes next
   */
  private void append(Sequence sequence, List<Sequence> drafts, Iterator<Sampler.Token> tokens) {
    int before = sequence.total();
    append(sequence, tokens.next());
    boolean drafted = true;
    for (Sequence draft : drafts) {
      Sampler.Token token = tokens.next();
      drafted = drafted && table.at(sequence.slot) == sequence && sequence.hasTokensOf(draft);
      if (drafted) {
        sequence.cached = draft.cached;
        append(sequence, token);
      }
    }
    drafting.learn(sequence, before);
  }

  private void append(Sequence sequence, Sampler.Token token) {
    if (Float.isNaN(token.logprob())) {
      fail(sequence.row, NOT_NUMBERS);
      return;
    }
    goOn(
        sequence,
        () -> {
          FinishReason reason = sequence.append(token.id(), token.logprob());
          return reason == null ? force(sequence) : reason;
        });
  }

  /** Appends what the guide forces now; on the plain path each token waits for a step. */
  private FinishReason force(Sequence sequence) {
    sequence.force(spelling);
    return appendForced(sequence, settings.plain() ? 0 : Integer.MAX_VALUE);
  }

  private FinishReason appendForced(Sequence sequence, int most) {
    int before = sequence.length();
    FinishReason reason = null;
    while (reason == null && sequence.hasForced() && sequence.length() - before < most) {
      reason = sequence.appendForced();
    }
    if (reason == null && sequence.length() > before && sequence.row.penalised()) {
      int[] tokens = sequence.tokensFrom(before);
      int[] slots = new int[tokens.length];
      Arrays.fill(slots, sequence.penaltySlot);
      counts.add(slots, tokens);
    }
    return reason;
  }

  /** Appends to a sequence and ends it where that says why; a row whose guide fails ends whole. */
  private void goOn(Sequence sequence, Supplier<FinishReason> appending) {
    if (!rows.contains(sequence.row)) {
      return;
    }
    try {
      FinishReason reason = appending.get();
      if (reason != null) {
        end(sequence, reason);
      }
    } catch (GuideException e) {
      fail(sequence.row, e);
    }
  }

  /** Until its prompt is read in, a sequence stands for all completions of its row. */
  private void end(Sequence sequence, FinishReason reason) {
    SequenceGroup row = sequence.row;
    Completion completed = sequence.completed(reason);
    int to = prompts.holds(sequence) ? row.width() : sequence.completion + 1;
    boolean last = false;
    for (int completion = sequence.completion; completion < to; completion++) {
      last = row.complete(completion, completed);
    }
    release(sequence);
    row.live.remove(sequence);
    if (last) {
      finish(row, row.result());
    }
  }

  private void fail(SequenceGroup row, GuideException fault) {
    fail(row, "guide: " + fault.getMessage());
  }

  private void fail(SequenceGroup row, String message) {
    if (rows.contains(row)) {
      finish(row, SequenceGroup.failed(row.request, new RowException(message)));
    }
  }

  private void finish(SequenceGroup row, GenerationResult result) {
    remove(row);
    finished.add(new Finished(row, result));
  }

  private void advance(SequenceGroup row, BeamCandidates candidates) {
    if (Double.isNaN(candidates.scores()[0])) {
      fail(row, NOT_NUMBERS);
      return;
    }
    List<BeamSearch.Child> next;
    try {
      next = row.beams.advance(candidates);
    } catch (GuideException e) {
      fail(row, e);
      return;
    }
    if (next.isEmpty() && row.beams.best().isEmpty()) {
      fail(row, NOTHING_ALLOWED);
      return;
    }
    if (next.isEmpty()) {
      finish(row, row.result());
      return;
    }
    if (row.penalised()) {
      countTokens(next);
    }
    replace(row, next);
  }

  private void countTokens(List<BeamSearch.Child> next) {
    int[] slots = new int[next.size()];
    int[] tokens = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      Sequence sequence = next.get(i).sequence();
      sequence.penaltySlot = counts.copy(next.get(i).parent().penaltySlot);
      slots[i] = sequence.penaltySlot;
      tokens[i] = sequence.lastToken();
    }
    counts.add(slots, tokens);
  }

  /** The first child of a beam takes over its slot, further ones get copies of it. */
  private void replace(SequenceGroup row, List<BeamSearch.Child> next) {
    List<Sequence> parents = List.copyOf(row.live);
    parents.forEach(this::release);
    row.live.clear();
    Set<Sequence> taken = new LinkedHashSet<>();
    for (BeamSearch.Child child : next) {
      if (taken.add(child.parent())) {
        table.put(child.sequence(), child.parent().slot);
      }
    }
    for (BeamSearch.Child child : next) {
      if (table.at(child.parent().slot) != child.sequence()) {
        table.placeCopy(child.sequence(), child.parent().slot);
      }
      row.live.add(child.sequence());
    }
  }
}
