package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;
import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs the operations of one step on its logits, which it overwrites: groups of rows first, then
 * beam searches, then {@link #results}, which copies all results from the device at once.
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
  private final NDManager scope;
  private final NDArray logits;
  private final int vocabularySize;
  private final Map<String, NDArray> results = new LinkedHashMap<>();

  /**
   * @param logits FLOAT32 {@code [n, vocabulary]}
   * @param kernels whether the CPU kernel chooses greedy tokens
   */
  SamplingStep(
      GuardedModule module,
      MaskCache masks,
      PenaltyCounts counts,
      boolean kernels,
      NDManager scope,
      NDArray logits) {
    this.module = module;
    this.masks = masks;
    this.counts = counts;
    this.kernels = kernels;
    this.scope = scope;
    this.logits = logits;
    this.vocabularySize = Math.toIntExact(logits.getShape().get(1));
  }

  /**
   * Chooses the tokens of a group: log probabilities come from the raw logits, tokens from logits
   * with penalties and mask. Overwrites the logits, which are not needed afterwards.
   */
  void choose(SamplingGroup group) {
    NDArray raw = select(group);
    NDArray adjusted = group.isPenalised() ? penalise(raw, group) : raw;
    NDArray[] chosen =
        kernels && !group.isSampled()
            ? chooseGreedy(group, raw, adjusted)
            : choose(group, raw, adjusted);
    if (group.isPenalised()) {
      counts.add(group.penaltySlots(), chosen[0]);
    }
    keep("next_token_ids", chosen[0]);
    keep("logprobs", chosen[1]);
  }

  private void keep(String name, NDArray result) {
    results.put(results.containsKey(name) ? name + " " + results.size() : name, result);
  }

  private NDArray select(SamplingGroup group) {
    long[] rows = group.logitsRows();
    boolean whole = rows.length == logits.getShape().get(0);
    for (int i = 0; i < rows.length && whole; i++) {
      whole = rows[i] == i;
    }
    return whole
        ? logits
        : module.call(
            scope, "select", Map.of("logits", logits), tensor(logits), tensor(scope.create(rows)));
  }

  private NDArray penalise(NDArray raw, SamplingGroup group) {
    NDArray penalties =
        scope.create(group.penalties(), new Shape(group.size(), SamplingGroup.PENALTIES));
    return module.call(
        scope,
        "penalise",
        Map.of("logits", raw, "penalties", penalties),
        tensor(raw),
        tensors(counts.of(group.penaltySlots())),
        tensor(penalties));
  }

  private NDArray[] chooseGreedy(SamplingGroup group, NDArray raw, NDArray adjusted) {
    NDArray bits = bits(group);
    return module.callForList(
        scope,
        "choose_greedy",
        Map.of("logits", adjusted, "mask", bits),
        tensor(raw),
        tensor(adjusted),
        tensor(bits));
  }

  /** The masks as bits, UINT8; empty if the group has none. */
  private NDArray bits(SamplingGroup group) {
    if (!group.isMasked()) {
      return scope.create(new Shape(0), DataType.UINT8, module.device());
    }
    Shape shape = new Shape(group.size(), (vocabularySize + 7) / 8);
    return scope.create(group.maskBits(), shape, DataType.UINT8);
  }

  private NDArray[] choose(SamplingGroup group, NDArray raw, NDArray adjusted) {
    // An existing tensor is passed for arguments that the group does not use.
    NDArray rows = group.isMasked() ? masks.rows(scope, group.masks()) : raw;
    NDArray settings = group.isSampled() ? settings(group) : raw;
    int block = module.device().isGpu() ? group.size() : CPU_BLOCK;
    int topPCandidates = group.hasTopP() ? Math.min(TOP_P_CANDIDATES, vocabularySize) : 0;
    return module.callForList(
        scope,
        "choose",
        Map.of("logits", adjusted, "mask", masks.table(), "mask_rows", rows),
        tensor(raw),
        tensor(adjusted),
        tensor(masks.table()),
        tensor(rows),
        tensor(settings),
        IValue.from((long) block),
        IValue.from(group.isMasked()),
        IValue.from(group.isSampled()),
        IValue.from((long) Math.min(group.largestTopK(), vocabularySize)),
        IValue.from((long) topPCandidates));
  }

  private NDArray settings(SamplingGroup group) {
    Shape shape = new Shape(group.size(), SamplingGroup.SETTINGS);
    return scope.create(group.settings(vocabularySize), shape);
  }

  /** Finds the likeliest continuations of a search's beams. */
  void findCandidates(SamplingBatch.Beams beams) {
    SamplingGroup group = SamplingGroup.of(beams);
    NDArray own = select(group);
    NDArray logprobs = module.call(scope, "log_softmax", Map.of("logits", own), tensor(own));
    NDArray scores = group.isPenalised() ? penalise(logprobs, group) : logprobs;
    if (group.isMasked()) {
      scores = forbid(scores, group);
    }
    NDArray weights = scope.create(floats(beams.scores()));
    NDArray[] found =
        module.callForList(
            scope,
            "beams",
            Map.of("logits", scores, "logprobs", logprobs, "sequence_weights", weights),
            tensor(scores),
            tensor(logprobs),
            tensor(weights),
            IValue.from((long) beams.candidates()));
    keep("beam_scores", found[0]);
    keep("beam_tokens", found[1]);
    keep("beam_logprobs", found[2]);
  }

  private NDArray forbid(NDArray scores, SamplingGroup group) {
    NDArray rows = masks.rows(scope, group.masks());
    return module.call(
        scope,
        "forbid",
        Map.of("logits", scores, "mask", masks.table(), "mask_rows", rows),
        tensor(scores),
        tensor(masks.table()),
        tensor(rows));
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /**
   * All results so far, in order: for each group its token ids, then their log probabilities; for
   * each search its candidates' scores, then {@code beam * vocabulary + token}, then log
   * probabilities.
   */
  double[] results() {
    NDArray[] parts = results.values().toArray(NDArray[]::new);
    return module.call(scope, "pack", results, tensors(parts)).toDoubleArray();
  }
}
