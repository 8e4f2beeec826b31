package io.pinion.generate;

import ai.djl.ndarray.NDArray;
import io.pinion.guide.GuideException;
import io.pinion.model.LanguageModel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The rows that are being generated and their sequences in the model's slots.
 *
 * <p>Owned by the thread that holds the lease. A step: rows that wait come into free slots, holes
 * are closed, one forward pass runs over whole prompts and single tokens alike, and each sequence
 * gets its next token.
 */
final class Batch {
  private static final String NOT_NUMBERS =
      "the model's logits are not numbers (NaN); try model.dtype f32 or check the weights";
  private static final String NOTHING_ALLOWED =
      "no token is allowed to follow: lower min-tokens, or widen what the guide allows to what the"
          + " model's tokens can spell";

  private final LanguageModel model;
  private final Sampler sampler;
  private final SlotTable table;
  private final Set<Row> rows = new LinkedHashSet<>();
  private int reserved;

  Batch(LanguageModel model, Sampler sampler, int slots) {
    this.model = model;
    this.sampler = sampler;
    this.table = new SlotTable(slots);
  }

  /** A row with its result. */
  record Finished(Row row, GenerationResult result) {}

  /** How many slots no row has a claim on. */
  int free(int slots) {
    return slots - reserved;
  }

  /**
   * Takes rows in; the caller has seen to it that there are slots for all their sequences. All of
   * them belong to the batch even where this fails halfway.
   */
  void admit(List<Row> admitted) {
    for (Row row : admitted) {
      rows.add(row);
      reserved += row.width();
    }
    admitted.forEach(this::start);
  }

  private void start(Row row) {
    Sequence first = new Sequence(row, 0);
    table.place(first);
    row.live.add(first);
    if (row.penalised()) {
      sampler.start(first);
    }
  }

  /** Whether there is nothing to run. */
  boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The rows under way. */
  List<Row> rows() {
    return List.copyOf(rows);
  }

  /** Takes a row out and frees what it holds; the row may be absent. */
  void remove(Row row) {
    if (rows.remove(row)) {
      reserved -= row.width();
      row.live.forEach(this::release);
      row.live.clear();
    }
  }

  private void release(Sequence sequence) {
    table.free(sequence.slot);
    sequence.release();
  }

  /** Gives up every row after a failed step. */
  void clear() {
    rows().forEach(this::remove);
    table.clear();
  }

  /** Runs one step and returns the rows that ended with it, which it no longer holds. */
  List<Finished> step() {
    table.compact();
    copySlots();
    NDArray logits = forward();
    List<Finished> finished = new ArrayList<>();
    Sampler.Chosen chosen;
    try (logits) {
      forkPrompts();
      rows().forEach(row -> allow(row, finished));
      chosen = sampler.choose(logits, sampledSequences(), beamRows());
    }
    chosen.tokens().forEach((sequence, token) -> append(sequence, token, finished));
    chosen.candidates().forEach((row, candidates) -> advance(row, candidates, finished));
    copySlots();
    return finished;
  }

  private NDArray forward() {
    int n = table.size();
    int[] counts = new int[n];
    int[] starts = new int[n];
    int[][] fresh = new int[n][];
    int total = 0;
    for (int slot = 0; slot < n; slot++) {
      Sequence sequence = table.at(slot);
      fresh[slot] = sequence.fresh();
      counts[slot] = fresh[slot].length;
      starts[slot] = sequence.cached;
      total += counts[slot];
      sequence.cached += counts[slot];
      sequence.logitsRow = slot;
    }
    int[] tokens = new int[total];
    int at = 0;
    for (int[] part : fresh) {
      System.arraycopy(part, 0, tokens, at, part.length);
      at += part.length;
    }
    int[] outputs = IntStream.range(0, n).toArray();
    return model.forward(new LanguageModel.Step(tokens, counts, starts, outputs));
  }

  private void copySlots() {
    SlotTable.Copies copies = table.takeCopies();
    if (copies.from().length > 0) {
      model.copySlots(copies.from(), copies.to());
    }
  }

  /** After a prompt's forward pass, the row's other completions start from a copy of its slot. */
  private void forkPrompts() {
    for (Row row : rows) {
      if (row.beams == null && row.live.size() == 1 && row.live.get(0).length() == 0) {
        Sequence first = row.live.get(0);
        for (int completion = 1; completion < row.width(); completion++) {
          Sequence fork = first.fork(completion);
          row.live.add(fork);
          table.placeCopy(fork, first.slot);
        }
      }
    }
  }

  /** Finds out what may come next; a row that can't go on, or whose guide fails, ends here. */
  private void allow(Row row, List<Finished> finished) {
    try {
      boolean any = false;
      boolean all = true;
      for (Sequence sequence : row.live) {
        boolean some = row.allow(sequence);
        any |= some;
        all &= some;
      }
      // A beam that can't go on dies by itself; a completion can't.
      if (row.beams == null ? !all : !any) {
        fail(row, NOTHING_ALLOWED, finished);
      }
    } catch (GuideException e) {
      fail(row, "guide: " + e.getMessage(), finished);
    }
  }

  private List<Sequence> sampledSequences() {
    return rows.stream()
        .filter(row -> row.beams == null)
        .flatMap(row -> row.live.stream())
        .toList();
  }

  private List<Row> beamRows() {
    return rows.stream().filter(row -> row.beams != null).toList();
  }

  private void append(Sequence sequence, Sampler.Token token, List<Finished> finished) {
    Row row = sequence.row;
    if (!rows.contains(row)) {
      return;
    }
    if (Float.isNaN(token.logprob())) {
      fail(row, NOT_NUMBERS, finished);
      return;
    }
    FinishReason reason;
    try {
      reason = sequence.append(token.id(), token.logprob());
    } catch (GuideException e) {
      fail(row, "guide: " + e.getMessage(), finished);
      return;
    }
    if (reason == null) {
      return;
    }
    release(sequence);
    row.live.remove(sequence);
    if (row.complete(sequence.completion, sequence.completed(reason))) {
      finish(row, row.result(), finished);
    }
  }

  private void fail(Row row, String message, List<Finished> finished) {
    finish(row, Row.failed(row.request, new RowException(message)), finished);
  }

  private void finish(Row row, GenerationResult result, List<Finished> finished) {
    remove(row);
    finished.add(new Finished(row, result));
  }

  private void advance(Row row, BeamSearch.Candidates candidates, List<Finished> finished) {
    if (Double.isNaN(candidates.scores()[0])) {
      fail(row, NOT_NUMBERS, finished);
      return;
    }
    List<BeamSearch.Child> next;
    try {
      next = row.beams.advance(candidates);
    } catch (GuideException e) {
      fail(row, "guide: " + e.getMessage(), finished);
      return;
    }
    if (next.isEmpty() && row.beams.best().isEmpty()) {
      fail(row, NOTHING_ALLOWED, finished);
      return;
    }
    if (next.isEmpty()) {
      finish(row, row.result(), finished);
      return;
    }
    replace(row, next);
    if (row.penalised()) {
      sampler.count(row.live, row.live.stream().mapToInt(Sequence::lastToken).toArray());
    }
  }

  /** The first child of a beam takes over its slot, further ones get copies of it. */
  private void replace(Row row, List<BeamSearch.Child> next) {
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
