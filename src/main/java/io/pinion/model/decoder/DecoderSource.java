package io.pinion.model.decoder;

import io.pinion.model.TensorType;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.SourceText;
import java.util.List;
import java.util.Map;

/**
 * The TorchScript source of a decoder, for one stage of its layers. This class writes the methods
 * that load weights and manage the cache; {@link FusedForward} writes the forward pass if the CPU
 * kernels can run it, else {@link TorchForward}.
 *
 * <p>A forward pass works on the new tokens of all sequences concatenated, {@code [tokens,
 * hidden]}, so that matrix multiplications see one large batch whatever the lengths. The last layer
 * continues only with the tokens whose logits are requested. All sizes from the configuration are
 * constants in the text.
 *
 * @param text the source that libtorch compiles
 * @param weights the weights to load, in this order
 */
public record DecoderSource(String text, List<WeightSpec> weights) {
  public static final String CLASS = "Decoder";
  public static final String[] LISTS = {
    "weights", "scales", "zeros", "keys", "values", "tables", "prefix_keys", "prefix_values"
  };

  private static final String HEAD =
      """
      class Decoder(Module):
        __parameters__ = []
        __buffers__ = []
        training : bool
      """;

  /**
   * Several decoders may share the lists of weights, which do not change once all are added.
   *
   * <p>view_copy, because torch.view has no overload with a dtype, and creating a BFLOAT16 tensor
   * from a buffer aborts the JVM.
   */
  private static final String LOADING =
      """
      def load(${self}, keys: List[Tensor], values: List[Tensor]) -> NoneType:
        self.keys = keys
        self.values = values
        return None
      def add(${self}, weight: Tensor) -> NoneType:
        self.weights = torch.append(self.weights, weight)
        self.scales = torch.append(self.scales, weight)
        self.zeros = torch.append(self.zeros, weight)
        return None
      def share_weights(${self}) -> List[List[Tensor]]:
        return [self.weights, self.scales, self.zeros]
      def take_weights(${self}, lists: List[List[Tensor]]) -> NoneType:
        self.weights = lists[0]
        self.scales = lists[1]
        self.zeros = lists[2]
        return None
      def allocate(${self}, anchor: Tensor, shape: List[int], type: int) -> Tensor:
        return torch.new_zeros(anchor, shape, dtype=type)
      def reinterpret(${self}, raw: Tensor, type: int) -> Tensor:
        return torch.view_copy(raw, dtype=type)
      def fill(${self}, target: Tensor, row: int, rows: int, source: Tensor) -> NoneType:
        part = torch.narrow(target, 0, row, rows)
        copied = torch.copy_(part, torch.view_as(source, part))
        return None
      """;

  /** The tables are matrices, the last one a vector; tensors from Java do not own their memory. */
  private static final String TABLES =
      """
      def begin_tables(${self}, rows: List[Tensor]) -> NoneType:
        for i in range(torch.len(rows)):
          self.tables = torch.append(self.tables, torch.clone(rows[i]))
        return None
      def grow_tables(${self}, rows: int) -> NoneType:
        for i in range(torch.len(self.tables)):
          missing = torch.sub(rows, torch.size(self.tables[i], 0))
          vector = torch.eq(torch.dim(self.tables[i]), 1)
          padding = [0, missing] if vector else [0, 0, 0, missing]
          self.tables[i] = torch.constant_pad_nd(self.tables[i], padding, 0)
        return None
      def fill_tables(${self}, first: int, rows: List[Tensor]) -> NoneType:
        for i in range(torch.len(rows)):
          part = torch.narrow(self.tables[i], 0, first, torch.size(rows[i], 0))
          copied = torch.copy_(part, rows[i])
        return None
      """;

  /** Sizes are absolute, so that a cache of which only some layers grew can go back. */
  private static final String CACHE =
      """
      def resized(${self}, x: Tensor, slots: int, length: int) -> Tensor:
        more = torch.sub(slots, torch.size(x, 0))
        longer = torch.sub(length, torch.size(x, 2))
        if torch.__and__(torch.eq(more, 0), torch.eq(longer, 0)):
          out = x
        else:
          out = torch.constant_pad_nd(x, [0, 0, 0, longer, 0, 0, 0, more], 0.)
        return out
      def resize(${self}, slots: int, length: int) -> NoneType:
        for i in range(torch.len(self.keys)):
          self.keys[i] = self.resized(self.keys[i], slots, length)
          self.values[i] = self.resized(self.values[i], slots, length)
        return None
      def copy_slots(${self}, source: Tensor, target: Tensor, first: int, length: int) -> NoneType:
        for i in range(torch.len(self.keys)):
          keys = torch.narrow(self.keys[i], 2, first, length)
          moved_keys = torch.index_select(keys, 0, source)
          done_keys = torch.index_copy_(keys, 0, target, moved_keys)
          values = torch.narrow(self.values[i], 2, first, length)
          moved_values = torch.index_select(values, 0, source)
          done_values = torch.index_copy_(values, 0, target, moved_values)
        return None
      """;

  /** Prefix p of layer i has index p * layers + i. */
  private static final String PREFIXES =
      """
      def save_prefix(${self}, prefix: int, slot: int, length: int, prefixes: int) -> NoneType:
        layers = torch.len(self.keys)
        if torch.eq(torch.len(self.prefix_keys), 0):
          none = torch.new_empty(self.keys[0], [0])
          for i in range(torch.mul(layers, prefixes)):
            self.prefix_keys = torch.append(self.prefix_keys, none)
            self.prefix_values = torch.append(self.prefix_values, none)
        for i in range(layers):
          keys = torch.narrow(torch.select(self.keys[i], 0, slot), 1, 0, length)
          values = torch.narrow(torch.select(self.values[i], 0, slot), 1, 0, length)
          self.prefix_keys[prefix * layers + i] = torch.clone(keys)
          self.prefix_values[prefix * layers + i] = torch.clone(values)
        return None
      def spread(${self}, kept: Tensor, into: Tensor, slots: Tensor, length: int) -> NoneType:
        rows = torch.unsqueeze(torch.narrow(kept, 1, 0, length), 0)
        many = torch.expand(rows, [torch.size(slots, 0), -1, -1, -1])
        done = torch.index_copy_(torch.narrow(into, 2, 0, length), 0, slots, many)
        return None
      def load_prefix(${self}, prefix: int, slots: Tensor, length: int) -> NoneType:
        layers = torch.len(self.keys)
        for i in range(layers):
          keys = self.spread(self.prefix_keys[prefix * layers + i], self.keys[i], slots, length)
          values = self.spread(self.prefix_values[prefix * layers + i], self.values[i], slots, length)
        return None
      """;

  public DecoderSource {
    weights = List.copyOf(weights);
  }

  /**
   * Writes the source for a stage.
   *
   * @param type of vectors, the cache and hidden states: F32, BF16 or F16
   * @param kernels whether {@link CpuKernels} compute everything between the gemms
   * @param fusedAttention whether {@link TorchForward} uses libtorch's fused attention
   */
  public static DecoderSource write(
      Decoder decoder,
      Stage stage,
      TensorType type,
      MatrixFormat matrices,
      boolean kernels,
      boolean fusedAttention) {
    SourceText text = new SourceText(CLASS);
    LinearLayers linears = new LinearLayers(matrices, type == TensorType.F32);
    text.block(0, HEAD);
    for (String list : LISTS) {
      text.block(1, "${list} : List[Tensor]", Map.of("list", list));
    }
    text.block(1, LOADING);
    linears.methods(text);
    text.block(1, TABLES);
    text.block(1, CACHE);
    if (!kernels) {
      text.block(1, PREFIXES);
    }
    ForwardPass pass =
        kernels
            ? withKernels(decoder, stage, linears, text)
            : new TorchForward(decoder, stage, type, linears, fusedAttention, text);
    WeightCursor weights = pass.write();
    return new DecoderSource(text.toString(), weights.all());
  }

  private static ForwardPass withKernels(
      Decoder decoder, Stage stage, LinearLayers linears, SourceText text) {
    return linears.in8Bits() && Int8Forward.fits(decoder)
        ? new Int8Forward(decoder, stage, linears, text)
        : new FusedForward(decoder, stage, linears, text);
  }
}
