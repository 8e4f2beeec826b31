package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;
import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.device.DeviceGuard;
import io.pinion.generate.CounterRandom;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.sequence.BeamSearch;
import io.pinion.generate.sequence.Sequence;
import io.pinion.generate.sequence.SequenceGroup;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Chooses next tokens on the device that the logits lie on.
 *
 * <p>Sequences that are chosen for in the same way form a group, so that greedy ones do not pay for
 * sampling; the results of all groups come back in one copy. Every operation is preceded by a check
 * that its tensors lie on that device. Not thread-safe: callers hold the device's lease.
 */
public final class Sampler implements AutoCloseable {
  /** How many of the likeliest tokens top-p looks at before it sorts them all. */
  private static final int TOP_P_CANDIDATES = 256;

  private static final int SETTINGS = 5;

  /** How many rows of logits a CPU goes through at once: so many stay in its caches. */
  private static final int CPU_BLOCK = 8;

  final TorchScriptModule module;
  private final Guard guard;
  private final Device device;
  private final int vocabularySize;
  private final boolean kernels;
  private final MaskCache masks;

  private Sampler(
      TorchScriptModule module,
      Guard guard,
      Device device,
      int vocabularySize,
      int slots,
      boolean kernels) {
    this.module = module;
    this.guard = guard;
    this.device = device;
    this.vocabularySize = vocabularySize;
    this.kernels = kernels;
    this.masks = new MaskCache(module, device, vocabularySize, 2 * slots);
  }

  /**
   * Compiles a sampler.
   *
   * @param device where logits lie
   * @param slots how many tokens a step chooses at most
   * @param context what errors say of the work under way
   */
  public static Sampler open(
      Device device, int vocabularySize, int slots, Supplier<String> context) {
    return open(device, vocabularySize, slots, new DeviceGuard(device, context)::check);
  }

  public static Sampler open(Device device, int vocabularySize, int slots, Guard guard) {
    return open(device, vocabularySize, slots, guard, CpuKernels.available(device));
  }

  /** Opens with or without the CPU's kernels, which have to be available. */
  public static Sampler open(
      Device device, int vocabularySize, int slots, Guard guard, boolean kernels) {
    TorchScriptModule module =
        TorchScriptModule.compile(SamplerSource.CLASS, SamplerSource.text(kernels), device);
    return new Sampler(module, guard, device, vocabularySize, slots, kernels);
  }

  /** What looks at an operation's tensors, by name, before it runs. */
  interface Guard {
    void check(String operation, Map<String, NDArray> tensors);
  }

  /** What was chosen for sequences and, by row, for beam searches. */
  public record Chosen(
      Map<Sequence, Token> tokens, Map<SequenceGroup, BeamSearch.Candidates> candidates) {}

  /** A token and its logarithmic probability. */
  public record Token(int id, float logprob) {}

  /** How a group's tokens are chosen. */
  private record Kind(boolean sampled, boolean penalised, boolean masked) {}

  /** Makes the counts that a penalised sequence needs. */
  public void start(Sequence sequence) {
    try (NDManager scope = module.manager().newSubManager(device)) {
      NDArray counts = scope.zeros(new Shape(2, vocabularySize), DataType.FLOAT32, device);
      NDArray prompt = scope.create(longs(sequence.row.request.promptTokenIds()));
      module.run("start_counts", tensor(prompt), tensor(counts));
      counts.attach(module.manager());
      sequence.counts = counts;
    }
  }

  /**
   * Chooses a token for each sequence and the candidates of each beam search.
   *
   * @param logits FLOAT32 {@code [n, vocabulary]}; written over and closed by this call
   */
  public Chosen choose(NDArray logits, List<Sequence> sequences, List<SequenceGroup> beamRows) {
    if (sequences.isEmpty() && beamRows.isEmpty()) {
      return new Chosen(Map.of(), Map.of());
    }
    try (NDManager scope = module.manager().newSubManager(device)) {
      logits.attach(scope);
      Step step = new Step(scope, logits);
      Map<Kind, List<Sequence>> groups = new LinkedHashMap<>();
      // In the order of the logits' rows, so that a group that is all of them takes them as they
      // are.
      List<Sequence> inOrder = new ArrayList<>(sequences);
      inOrder.sort(Comparator.comparingInt(sequence -> sequence.logitsRow));
      for (Sequence sequence : inOrder) {
        groups.computeIfAbsent(kind(sequence), kind -> new ArrayList<>()).add(sequence);
      }
      groups.forEach(step::group);
      beamRows.forEach(step::beams);
      return step.results(groups.values(), beamRows);
    }
  }

  private static Kind kind(Sequence sequence) {
    SequenceGroup row = sequence.row;
    return new Kind(row.sampled(), row.penalised(), sequence.allowed != null);
  }

  /** Adds the tokens of new beams to their counts. */
  public void count(List<Sequence> sequences, int[] tokens) {
    try (NDManager scope = module.manager().newSubManager(device)) {
      NDArray[] counts = sequences.stream().map(s -> s.counts).toArray(NDArray[]::new);
      module.run("count", tensors(counts), tensor(scope.create(longs(tokens))));
    }
  }

  private static long[] longs(int[] values) {
    return java.util.Arrays.stream(values).asLongStream().toArray();
  }

  @Override
  public void close() {
    module.close();
  }

  /** The operations of one step; what they make is closed with {@code scope}. */
  private final class Step {
    private final NDManager scope;
    private final NDArray logits;
    private final List<NDArray> results = new ArrayList<>();

    Step(NDManager scope, NDArray logits) {
      this.scope = scope;
      this.logits = logits;
    }

    /**
     * Chooses for a group: log probabilities from the logits as they are, the token from those with
     * penalties and mask. The logits have served then and are written over.
     */
    void group(Kind kind, List<Sequence> group) {
      NDArray own = rows(group);
      NDArray adjusted = kind.penalised ? penalise(own, group) : own;
      NDArray[] chosen =
          kernels && !kind.sampled
              ? greedy(kind, group, own, adjusted)
              : choose(kind, group, own, adjusted);
      NDArray ids = chosen[0];
      if (kind.penalised) {
        guard.check("count", Map.of("next_token_ids", ids));
        module.run("count", tensors(counts(group)), tensor(ids));
      }
      guard.check("pack", Map.of("next_token_ids", ids, "logprobs", chosen[1]));
      results.addAll(List.of(chosen));
    }

    private NDArray[] greedy(Kind kind, List<Sequence> group, NDArray own, NDArray adjusted) {
      // Without elements it stands for no mask.
      NDArray bits = kind.masked ? bits(group) : scope.create(new Shape(0), DataType.UINT8, device);
      guard.check("greedy", Map.of("logits", adjusted, "mask", bits));
      return module.callForList(
          scope, "choose_greedy", tensor(own), tensor(adjusted), tensor(bits));
    }

    private NDArray bits(List<Sequence> group) {
      int width = (vocabularySize + 7) / 8;
      ByteBuffer bits = ByteBuffer.allocateDirect(group.size() * width);
      group.forEach(sequence -> bits.put(sequence.allowed));
      return scope.create(bits.flip(), new Shape(group.size(), width), DataType.UINT8);
    }

    private NDArray[] choose(Kind kind, List<Sequence> group, NDArray own, NDArray adjusted) {
      // Tensors that a kind has no use for are stood in for by one that is there.
      NDArray rows = kind.masked ? masks.rows(scope, group) : own;
      NDArray settings = kind.sampled ? settings(group) : own;
      guard.check(
          kind.sampled ? "sample" : "greedy",
          Map.of("logits", adjusted, "mask", masks.table(), "mask_rows", rows));
      return module.callForList(
          scope,
          "choose",
          tensor(own),
          tensor(adjusted),
          tensor(masks.table()),
          tensor(rows),
          tensor(settings),
          IValue.listFrom(
              device.isGpu() ? group.size() : CPU_BLOCK,
              kind.masked ? 1 : 0,
              kind.sampled ? 1 : 0,
              largestK(group),
              topP(group) ? Math.min(TOP_P_CANDIDATES, vocabularySize) : 0));
    }

    private NDArray rows(List<Sequence> group) {
      guard.check("select", Map.of("logits", logits));
      long[] rows = group.stream().mapToLong(s -> s.logitsRow).toArray();
      boolean whole = rows.length == logits.getShape().get(0);
      for (int i = 0; i < rows.length && whole; i++) {
        whole = rows[i] == i;
      }
      return whole
          ? logits
          : module.call(scope, "select", tensor(logits), tensor(scope.create(rows)));
    }

    private NDArray penalise(NDArray own, List<Sequence> group) {
      guard.check("penalise", Map.of("logits", own));
      return module.call(
          scope, "penalise", tensor(own), tensors(counts(group)), tensor(penalties(group)));
    }

    private NDArray forbid(NDArray own, List<Sequence> group) {
      NDArray rows = masks.rows(scope, group);
      guard.check("forbid", Map.of("logits", own, "mask", masks.table(), "mask_rows", rows));
      return module.call(scope, "forbid", tensor(own), tensor(masks.table()), tensor(rows));
    }

    private NDArray penalties(List<Sequence> group) {
      float[] settings = new float[3 * group.size()];
      for (int i = 0; i < group.size(); i++) {
        SamplingParameters sampling = group.get(i).row.request.sampling();
        settings[3 * i] = (float) sampling.repetitionPenalty();
        settings[3 * i + 1] = (float) sampling.presencePenalty();
        settings[3 * i + 2] = (float) sampling.frequencyPenalty();
      }
      return scope.create(settings, new Shape(group.size(), 3));
    }

    private NDArray settings(List<Sequence> group) {
      double[] settings = new double[SETTINGS * group.size()];
      for (int i = 0; i < group.size(); i++) {
        Sequence sequence = group.get(i);
        SamplingParameters sampling = sequence.row.request.sampling();
        double[] own = {
          sampling.temperature(),
          sampling.topP(),
          sampling.minP() == 0 ? -3e38 : Math.log(sampling.minP()),
          CounterRandom.uniform(sequence.row.randomKey, sequence.completion, sequence.length()),
          Math.min(sampling.topK(), vocabularySize)
        };
        System.arraycopy(own, 0, settings, SETTINGS * i, SETTINGS);
      }
      return scope.create(settings, new Shape(group.size(), SETTINGS));
    }

    private int largestK(List<Sequence> group) {
      int largest = group.stream().mapToInt(s -> s.row.request.sampling().topK()).max().orElse(0);
      return Math.min(largest, vocabularySize);
    }

    private static boolean topP(List<Sequence> group) {
      return group.stream().anyMatch(sequence -> sequence.row.request.sampling().topP() < 1);
    }

    void beams(SequenceGroup row) {
      List<Sequence> live = row.live;
      guard.check("log_softmax", Map.of("logits", logits));
      NDArray logprobs = module.call(scope, "log_softmax", tensor(rows(live)));
      NDArray scores = row.penalised() ? penalise(logprobs, live) : logprobs;
      if (live.get(0).allowed != null) {
        scores = forbid(scores, live);
      }
      float[] weights = new float[live.size()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = (float) live.get(i).weight;
      }
      NDArray sequenceWeights = scope.create(weights);
      guard.check(
          "beams",
          Map.of("logits", scores, "logprobs", logprobs, "sequence_weights", sequenceWeights));
      long candidates = row.beams.candidates(vocabularySize);
      NDArray[] found =
          module.callForList(
              scope,
              "beams",
              tensor(scores),
              tensor(logprobs),
              tensor(sequenceWeights),
              IValue.from(candidates));
      results.addAll(List.of(found));
    }

    private NDArray[] counts(List<Sequence> group) {
      return group.stream().map(sequence -> sequence.counts).toArray(NDArray[]::new);
    }

    Chosen results(Iterable<List<Sequence>> groups, List<SequenceGroup> beamRows) {
      NDArray packed = module.call(scope, "pack", tensors(results.toArray(NDArray[]::new)));
      double[] values = packed.toDoubleArray();
      Chosen chosen = new Chosen(new LinkedHashMap<>(), new LinkedHashMap<>());
      int at = 0;
      for (List<Sequence> group : groups) {
        for (int i = 0; i < group.size(); i++) {
          float logprob = (float) values[at + group.size() + i];
          chosen.tokens.put(group.get(i), new Token((int) values[at + i], logprob));
        }
        at += 2 * group.size();
      }
      for (SequenceGroup row : beamRows) {
        int count = row.beams.candidates(vocabularySize);
        chosen.candidates.put(row, candidates(values, at, count));
        at += 3 * count;
      }
      return chosen;
    }

    private BeamSearch.Candidates candidates(double[] values, int at, int count) {
      int[] parents = new int[count];
      int[] tokens = new int[count];
      double[] scores = new double[count];
      float[] logprobs = new float[count];
      for (int i = 0; i < count; i++) {
        long place = (long) values[at + count + i];
        parents[i] = (int) (place / vocabularySize);
        tokens[i] = (int) (place % vocabularySize);
        scores[i] = values[at + i];
        logprobs[i] = (float) values[at + 2 * count + i];
      }
      return new BeamSearch.Candidates(parents, tokens, scores, logprobs);
    }
  }
}
