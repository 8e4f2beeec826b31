package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;
import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the operations of one step on its logits, which it overwrites: groups of rows first, then
 * beam searches. All that they read is copied to the device at once, and all results are copied
 * back at once.
 *
 * <p>Top-p tries its likeliest tokens first and seldom needs more. Where operations are
 * asynchronous, whether it did is read with the results, and the group is chosen again if so; a
 * look at it in between would make the device wait for the host in every step.
 *
 * <p>Its tensors are owned by {@code scope}, which the caller closes.
 */
final class SamplingStep {
  /** Number of likeliest tokens that top-p tries before it sorts the complete vocabulary. */
  private static final int TOP_P_CANDIDATES = 256;

  /** Number of rows of logits that a CPU processes at once, so that they stay in its caches. */
  private static final int CPU_BLOCK = 8;

  private final GuardedModule module;
  private final MaskCache masks;
  private final PenaltyCounts counts;
  private final boolean kernels;
  private final boolean asynchronous;
  private final NDManager scope;
  private final NDArray logits;
  private final int vocabularySize;
  private final StepNumbers numbers = new StepNumbers();
  private final List<Choice> choices = new ArrayList<>();
  private final List<Search> searches = new ArrayList<>();

  /**
   * @param logits FLOAT32 {@code [n, vocabulary]}
   * @param kernels whether the CPU kernel chooses greedy tokens
   * @param asynchronous whether operations go on after their call has returned, as on GPUs
   */
  SamplingStep(
      GuardedModule module,
      MaskCache masks,
      PenaltyCounts counts,
      boolean kernels,
      boolean asynchronous,
      NDManager scope,
      NDArray logits) {
    this.module = module;
    this.masks = masks;
    this.counts = counts;
    this.kernels = kernels;
    this.asynchronous = asynchronous;
    this.scope = scope;
    this.logits = logits;
    this.vocabularySize = Math.toIntExact(logits.getShape().get(1));
  }

  /**
   * All results, in order: for each group its token ids, then their log probabilities; for each
   * search its candidates' scores, then {@code beam * vocabulary + token}, then log probabilities;
   * what may follow is none of the caller's.
   */
  double[] run(Collection<SamplingGroup> groups, Collection<SamplingBatch.Beams> beams) {
    groups.forEach(group -> choices.add(new Choice(group)));
    beams.forEach(search -> searches.add(new Search(search, SamplingGroup.of(search))));
    numbers.copy(module, scope);
    choices.forEach(Choice::choose);
    searches.forEach(Search::find);
    double[] results = results();
    int at = results.length - choices.stream().mapToInt(Choice::doubts).sum();
    boolean chosenAgain = false;
    for (Choice choice : choices) {
      int doubts = choice.doubts();
      chosenAgain |= choice.chooseAgain(Arrays.copyOfRange(results, at, at + doubts));
      at += doubts;
    }
    return chosenAgain ? results() : results;
  }

  private double[] results() {
    Map<String, NDArray> results = new LinkedHashMap<>();
    choices.forEach(choice -> choice.results(results));
    searches.forEach(search -> search.results(results));
    choices.forEach(choice -> choice.doubtsTo(results));
    NDArray[] parts = results.values().toArray(NDArray[]::new);
    return module.call(scope, "pack", results, tensors(parts)).toDoubleArray();
  }

  private static void put(Map<String, NDArray> results, String name, NDArray result) {
    results.put(results.containsKey(name) ? name + " " + results.size() : name, result);
  }

  /** What operations on a group of rows read. */
  private class Input {
    final SamplingGroup group;
    private final int rows;
    private final int maskRows;
    private final int penalties;
    private final int penaltySlots;

    Input(SamplingGroup group, boolean maskTable) {
      this.group = group;
      int[] all = group.logitsRows();
      this.rows = isWhole(all) ? StepNumbers.NONE : numbers.add(all);
      this.maskRows = maskTable ? numbers.add(masks.rows(scope, group.masks())) : StepNumbers.NONE;
      boolean penalised = group.isPenalised();
      this.penalties = penalised ? numbers.add(group.penalties()) : StepNumbers.NONE;
      this.penaltySlots = penalised ? numbers.add(group.penaltySlots()) : StepNumbers.NONE;
    }

    private boolean isWhole(int[] all) {
      boolean whole = all.length == logits.getShape().get(0);
      for (int i = 0; i < all.length && whole; i++) {
        whole = all[i] == i;
      }
      return whole;
    }

    final NDArray select() {
      if (rows == StepNumbers.NONE) {
        return logits;
      }
      NDArray places = numbers.at(rows, null);
      return module.call(scope, "select", Map.of("logits", logits), tensor(logits), tensor(places));
    }

    /** The places of its masks in the table; any tensor if the table is not used. */
    final NDArray maskRows() {
      return numbers.at(maskRows, logits);
    }

    final NDArray penalise(NDArray raw) {
      if (!group.isPenalised()) {
        return raw;
      }
      NDArray settings = numbers.at(penalties, null);
      NDArray slots = numbers.at(penaltySlots, null);
      return module.call(
          scope,
          "penalise",
          Map.of("logits", raw, "penalties", settings, "counts", counts.table()),
          tensor(raw),
          tensor(counts.table()),
          tensor(slots),
          tensor(settings));
    }
  }

  /**
   * Chooses the tokens of a group: log probabilities come from the raw logits, tokens from logits
   * with penalties and mask. Overwrites the logits, which are not needed afterwards, unless the
   * group may be chosen again.
   */
  private final class Choice extends Input {
    private final int settings;

    /** Whether the results say which rows have to be chosen again. */
    private boolean mayDoubt;

    private NDArray raw;
    private NDArray adjusted;
    private NDArray[] chosen;

    Choice(SamplingGroup group) {
      super(group, group.isMasked() && !byKernel(group));
      this.settings =
          group.isSampled() ? numbers.add(group.settings(vocabularySize)) : StepNumbers.NONE;
      boolean cut = group.hasTopP() && TOP_P_CANDIDATES < vocabularySize;
      this.mayDoubt = asynchronous && group.isSampled() && cut;
    }

    void choose() {
      raw = select();
      adjusted = penalise(raw);
      chosen = byKernel(group) ? chooseGreedy() : choose(TOP_P_CANDIDATES);
    }

    /** How many results say whether a row has to be chosen again. */
    int doubts() {
      return mayDoubt ? group.size() : 0;
    }

    void results(Map<String, NDArray> results) {
      put(results, "next_token_ids", chosen[0]);
      put(results, "logprobs", chosen[1]);
    }

    void doubtsTo(Map<String, NDArray> results) {
      if (mayDoubt) {
        put(results, "doubts", chosen[2]);
      }
    }

    /** Chooses again if a row's likeliest tokens did not reach top-p; returns whether it did. */
    boolean chooseAgain(double[] doubts) {
      boolean again = Arrays.stream(doubts).anyMatch(doubt -> doubt != 0);
      if (again) {
        mayDoubt = false;
        chosen = choose(vocabularySize);
      }
      return again;
    }

    private NDArray[] chooseGreedy() {
      NDArray bits = bits();
      return module.callForList(
          scope,
          "choose_greedy",
          Map.of("logits", adjusted, "mask", bits),
          tensor(raw),
          tensor(adjusted),
          tensor(bits));
    }

    /** The masks as bits, UINT8; empty if the group has none. */
    private NDArray bits() {
      if (!group.isMasked()) {
        return scope.create(new Shape(0), DataType.UINT8, module.device());
      }
      Shape shape = new Shape(group.size(), (vocabularySize + 7) / 8);
      return scope.create(group.maskBits(), shape, DataType.UINT8);
    }

    private NDArray[] choose(int candidates) {
      // An existing tensor is passed for arguments that the group does not use.
      NDArray rows = maskRows();
      int block = asynchronous ? group.size() : CPU_BLOCK;
      int topPCandidates = group.hasTopP() ? Math.min(candidates, vocabularySize) : 0;
      return module.callForList(
          scope,
          "choose",
          Map.of("logits", adjusted, "mask", masks.table(), "mask_rows", rows),
          tensor(raw),
          tensor(adjusted),
          tensor(masks.table()),
          tensor(rows),
          tensor(numbers.at(settings, logits)),
          IValue.from((long) block),
          IValue.from(group.isMasked()),
          IValue.from(group.isSampled()),
          IValue.from((long) Math.min(group.largestTopK(), vocabularySize)),
          IValue.from((long) topPCandidates),
          IValue.from(mayDoubt));
    }
  }

  private boolean byKernel(SamplingGroup group) {
    return kernels && !group.isSampled();
  }

  /** Finds the likeliest continuations of a search's beams. */
  private final class Search extends Input {
    private final int candidates;
    private final int weights;
    private NDArray[] found;

    Search(SamplingBatch.Beams beams, SamplingGroup group) {
      super(group, group.isMasked());
      this.candidates = beams.candidates();
      this.weights = numbers.add(beams.scores());
    }

    void find() {
      NDArray own = select();
      NDArray logprobs = module.call(scope, "log_softmax", Map.of("logits", own), tensor(own));
      NDArray scores = penalise(logprobs);
      if (group.isMasked()) {
        scores = forbid(scores);
      }
      NDArray sums = numbers.at(weights, null);
      found =
          module.callForList(
              scope,
              "beams",
              Map.of("logits", scores, "logprobs", logprobs, "sequence_weights", sums),
              tensor(scores),
              tensor(logprobs),
              tensor(sums),
              IValue.from((long) candidates));
    }

    private NDArray forbid(NDArray scores) {
      return module.call(
          scope,
          "forbid",
          Map.of("logits", scores, "mask", masks.table(), "mask_rows", maskRows()),
          tensor(scores),
          tensor(masks.table()),
          tensor(maskRows()));
    }

    void results(Map<String, NDArray> results) {
      put(results, "beam_scores", found[0]);
      put(results, "beam_tokens", found[1]);
      put(results, "beam_logprobs", found[2]);
    }
  }
}
