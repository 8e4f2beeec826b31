package io.pinion.generate.sample;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.pinion.device.DeviceGuard;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Chooses next tokens on the device that holds the logits. It works on rows of logits and does not
 * know sequences.
 *
 * <p>Rows that need the same operations form a group, so that greedy rows do not pay for sampling;
 * the results of all groups are copied to the host at once. Before every operation, its tensors are
 * checked to be on that device. Not thread-safe: callers hold the device's lease.
 */
public final class Sampler implements AutoCloseable {
  private final GuardedModule module;
  private final int vocabularySize;
  private final boolean kernels;
  private final boolean asynchronous;
  private final MaskCache masks;
  private final PenaltyCounts counts;

  private Sampler(
      GuardedModule module, int vocabularySize, int slots, boolean kernels, boolean asynchronous) {
    this.module = module;
    this.vocabularySize = vocabularySize;
    this.kernels = kernels;
    this.asynchronous = asynchronous;
    this.masks = new MaskCache(module, vocabularySize, 2 * slots);
    this.counts = new PenaltyCounts(module, vocabularySize);
  }

  /**
   * Compiles a sampler.
   *
   * @param device of the logits
   * @param slots maximum number of tokens that a step chooses
   * @param context describes the work in progress for error messages
   */
  public static Sampler open(
      Device device, int vocabularySize, int slots, Supplier<String> context) {
    return open(device, vocabularySize, slots, new DeviceGuard(device, context)::check);
  }

  static Sampler open(Device device, int vocabularySize, int slots, TensorGuard guard) {
    boolean kernels = CpuKernels.available(device);
    return open(device, vocabularySize, slots, guard, kernels, device.isGpu());
  }

  /**
   * Opens a sampler.
   *
   * @param kernels whether to use the CPU kernels, which must be available then
   * @param asynchronous whether to avoid what makes an asynchronous device wait
   */
  static Sampler open(
      Device device,
      int vocabularySize,
      int slots,
      TensorGuard guard,
      boolean kernels,
      boolean asynchronous) {
    TorchScriptModule compiled =
        TorchScriptModule.compile(SamplerSource.CLASS, SamplerSource.text(kernels), device);
    GuardedModule module = new GuardedModule(compiled, guard, device);
    return new Sampler(module, vocabularySize, slots, kernels, asynchronous);
  }

  /**
   * The result of a step.
   *
   * @param tokens in the order of the batch's rows
   * @param candidates in the order of the batch's beam searches
   */
  public record Chosen(List<Token> tokens, List<BeamCandidates> candidates) {}

  /**
   * A token and its log probability. That is NaN if the row's logits are, and minus infinity if the
   * model gives no allowed token any probability; then the token is none.
   */
  public record Token(int id, float logprob) {}

  /** The counts that rows with penalties refer to; {@link #close} frees them. */
  public PenaltyCounts penaltyCounts() {
    return counts;
  }

  /** Number of tensors that it keeps between steps. */
  int keptTensors() {
    return module.manager().getManagedArrays().size();
  }

  /**
   * Chooses a token for each row of a batch and the candidates of each beam search, and counts the
   * tokens of rows with penalties.
   *
   * @param logits FLOAT32 {@code [n, vocabulary]}; overwritten by this call, closed by the caller
   */
  public Chosen choose(NDArray logits, SamplingBatch batch) {
    if (batch.isEmpty()) {
      return new Chosen(List.of(), List.of());
    }
    try (NDManager scope = module.newScope()) {
      SamplingStep step =
          new SamplingStep(module, masks, counts, kernels, asynchronous, scope, logits);
      Collection<SamplingGroup> groups = SamplingGroup.of(batch.rows());
      Chosen chosen = chosen(step.run(groups, batch.beams()), groups, batch);
      count(chosen.tokens(), batch.rows());
      return chosen;
    }
  }

  private void count(List<Token> tokens, List<SamplingBatch.Row> rows) {
    int[] penalised =
        IntStream.range(0, rows.size()).filter(i -> rows.get(i).isPenalised()).toArray();
    counts.add(
        IntStream.of(penalised).map(i -> rows.get(i).penaltySlot()).toArray(),
        IntStream.of(penalised).map(i -> tokens.get(i).id()).toArray());
  }

  private Chosen chosen(double[] values, Collection<SamplingGroup> groups, SamplingBatch batch) {
    Token[] tokens = new Token[batch.rows().size()];
    int at = 0;
    for (SamplingGroup group : groups) {
      int size = group.size();
      for (int i = 0; i < size; i++) {
        tokens[group.index(i)] =
            token(group.allowed(i), (int) values[at + i], (float) values[at + size + i]);
      }
      at += 2 * size;
    }
    List<BeamCandidates> candidates = new ArrayList<>();
    for (SamplingBatch.Beams beams : batch.beams()) {
      candidates.add(candidates(values, at, beams.candidates()));
      at += 3 * beams.candidates();
    }
    return new Chosen(Arrays.asList(tokens), candidates);
  }

  /** A forbidden token is only chosen if the logits of all allowed ones are minus infinity. */
  private static Token token(TokenMask allowed, int id, float logprob) {
    boolean forbidden = allowed != null && !allowed.allows(id);
    return new Token(id, forbidden && !Float.isNaN(logprob) ? Float.NEGATIVE_INFINITY : logprob);
  }

  private BeamCandidates candidates(double[] values, int at, int count) {
    int[] parents = new int[count];
    int[] tokens = new int[count];
    double[] scores = new double[count];
    float[] logprobs = new float[count];
    for (int i = 0; i < count; i++) {
      long flat = (long) values[at + count + i];
      parents[i] = (int) (flat / vocabularySize);
      tokens[i] = (int) (flat % vocabularySize);
      scores[i] = values[at + i];
      logprobs[i] = (float) values[at + 2 * count + i];
    }
    return new BeamCandidates(parents, tokens, scores, logprobs);
  }

  @Override
  public void close() {
    module.close();
  }
}
