package io.pinion.model.decoder;

import static io.pinion.torch.SourceText.call;

import ai.djl.Device;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.GatedMlp;
import io.pinion.model.architecture.block.RmsNorm;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.SourceText;
import java.util.Map;
import java.util.Optional;

/**
 * The forward pass with fused kernels: between matrix multiplications, {@link CpuKernels} compute
 * each norm, each attention (including rotary embedding and cache) and each gate in one operation.
 * Blocks without a kernel are written in libtorch's operations.
 */
public class FusedForward extends ForwardPass {
  /**
   * counts, starts, prefixes (the cache row of the shared prefix) and shared (how many of its
   * tokens) are by sequence; the sequences' own rows of the cache are consecutive from {@code slot}
   * on.
   */
  private static final String INPUTS =
      "input: Tensor, counts: Tensor, starts: Tensor, prefixes: Tensor, shared: Tensor, slot: int,"
          + " ends: Tensor, wanted: int, out: Tensor, row: int";

  private static final String ATTEND =
      """
      ${result} = ${attend}(qkv, ${scales}, ${bias}, ${queryNorm}, ${keyNorm}, \
      self.tables[${cosines}], self.tables[${sines}], self.keys[layer], self.values[layer], \
      counts, starts, prefixes, shared, slot, ${window}, ${kvHeads}, ${dim}, ${epsilon})
      """;

  private static final String POSITIONS =
      """
      begins = torch.sub(torch.cumsum(counts, 0), counts)
      order = torch.sub(torch.cumsum(torch.ones_like(input), 0), 1)
      shift = torch.repeat_interleave(torch.sub(starts, begins), counts)
      positions = torch.add(order, shift)
      """;

  FusedForward(Decoder decoder, Stage stage, LinearLayers linears, SourceText text) {
    super(decoder, stage, linears, text);
  }

  /**
   * Whether the kernels can run a model: on a CPU, in F32 or BF16, with sizes that are multiples of
   * the block size, and with plain scaled attention scores.
   */
  public static boolean fits(Device device, TensorType type, ModelConfig config) {
    return CpuKernels.available(device)
        && (type == TensorType.F32 || type == TensorType.BF16)
        && config.headDim() % CpuKernels.BLOCK == 0
        && config.hiddenSize() % CpuKernels.BLOCK == 0
        && config.intermediateSize() % CpuKernels.BLOCK == 0
        && DecoderFamilies.decoder(config).layer().attention().scores().equals(Attention.SCALED);
  }

  @Override
  final String inputs() {
    return INPUTS;
  }

  @Override
  public final String positions() {
    write(POSITIONS, Map.of());
    return "positions";
  }

  @Override
  void prepare() {
    write("none = torch.new_empty(x, [0, 1])", Map.of());
  }

  @Override
  public final String rmsNorm(String input, String weight, double epsilon) {
    return call(KernelOperators.RMS_NORM, input, weight, epsilon);
  }

  @Override
  public final void attend(Attention attention, String input, String result) {
    write("qkv = ${qkv}", Map.of("qkv", linear(input, attention.queryKeyValue())));
    attend(attention, KernelOperators.ATTENTION, "none", "none", result);
  }

  /** Writes the call of the attention kernel on {@code qkv}. */
  final void attend(
      Attention attention, String operator, String scales, String bias, String result) {
    String queryNorm = weight(attention.queryNorm().map(RmsNorm::weight), "none");
    String keyNorm = weight(attention.keyNorm().map(RmsNorm::weight), "none");
    write(
        ATTEND,
        Map.ofEntries(
            Map.entry("result", result),
            Map.entry("attend", operator),
            Map.entry("scales", scales),
            Map.entry("bias", bias),
            Map.entry("queryNorm", queryNorm),
            Map.entry("keyNorm", keyNorm),
            Map.entry("cosines", "2 * " + rotary(attention)),
            Map.entry("sines", "2 * " + rotary(attention) + " + 1"),
            Map.entry("window", window(attention)),
            Map.entry("kvHeads", attention.keyValueHeads()),
            Map.entry("dim", attention.headDim()),
            Map.entry("epsilon", epsilon(attention))));
  }

  private double epsilon(Attention attention) {
    Optional<RmsNorm> norm = attention.queryNorm();
    return norm.map(RmsNorm::epsilon).orElse(decoder.config().normEpsilon());
  }

  /** Size of the current layer's attention window in tokens; 0 for no limit. */
  private String window(Attention attention) {
    return attention.window() == 0
        ? "0"
        : byLayer("int", layer -> attention.windowed().get(layer) ? attention.window() : 0);
  }

  @Override
  public final void gate(String result, String both, String activation, long width) {
    if (activation.equals(GatedMlp.SILU)) {
      write(
          "${result} = ${gate}",
          Map.of("result", result, "gate", call(KernelOperators.SILU_AND_MUL, both)));
    } else {
      super.gate(result, both, activation, width);
    }
  }
}
