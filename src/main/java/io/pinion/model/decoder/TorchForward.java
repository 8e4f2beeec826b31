package io.pinion.model.decoder;

import io.pinion.model.TensorType;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.RmsNorm;
import io.pinion.torch.SourceText;
import java.util.HashMap;
import java.util.Map;

/**
 * The forward pass in libtorch's own operations, for every device, type and block; the reference
 * for {@link FusedForward}.
 *
 * <p>Attention is computed per {@link AttentionGroup}: sequences with similar numbers of new tokens
 * share one batch of gemms over {@code [sequences × key/value heads, new tokens × query heads per
 * key/value head, dim]}. What all layers share (masks, rotary embedding, indices into the cache) is
 * computed once.
 */
public final class TorchForward extends ForwardPass {
  /** Added to the scores of masked keys: close to the type's lowest finite value. */
  private static final String LOWEST = "-3.0e38";

  private static final String LOWEST_F16 = "-6.0e4";

  /** Sums the squares in FLOAT32 without a FLOAT32 copy of x. */
  private static final String NORM =
      """
      def norm(${self}, x: Tensor, weight: Tensor, epsilon: float) -> Tensor:
        length = torch.linalg_vector_norm(x, 2., [-1], True, dtype=6)
        mean = torch.div(torch.mul(length, length), torch.size(x, -1))
        scale = torch.rsqrt(torch.add(mean, epsilon))
        return torch.mul(weight, torch.type_as(torch.mul(x, scale), x))
      """;

  /** place [sequences × width]: position of each query, -1 for padding. */
  private static final String MASK =
      """
      def mask(${self}, place: Tensor, width: int, window: int, like: Tensor) -> Tensor:
        length = torch.size(self.keys[0], 2)
        steps = torch.narrow(self.tables[${steps}], 0, 0, length)
        at = torch.unsqueeze(place, 1)
        hidden = torch.gt(steps, at)
        if torch.gt(window, 0):
          unseen = torch.logical_or(hidden, torch.le(steps, torch.sub(at, window)))
        else:
          unseen = hidden
        low = torch.mul(torch.type_as(unseen, like), ${lowest})
        n = torch.floordiv(torch.size(place, 0), width)
        shaped = torch.view(low, [n, 1, width, 1, length])
      """;

  private static final String MASK_OF_GEMMS =
      """
        if torch.eq(width, 1):
          wide = torch.expand(shaped, [n, ${kvHeads}, 1, 1, length])
          all = torch.reshape(wide, [-1, 1, length])
        else:
          wider = torch.expand(shaped, [n, ${kvHeads}, width, ${group}, length])
          all = torch.reshape(wider, [torch.mul(n, ${kvHeads}), torch.mul(width, ${group}), length])
        return all
      """;

  /** The query heads that share a key head are further queries. */
  private static final String MASK_OF_FUSED =
      """
        if torch.eq(width, 1):
          all = torch.view(low, [n, 1, 1, length])
        else:
          wider = torch.expand(shaped, [n, 1, width, ${group}, length])
          all = torch.reshape(wider, [n, 1, torch.mul(width, ${group}), length])
        return all
      """;

  /** query [sequences × width, heads, dim]; keys and values [sequences, kv heads, length, dim]. */
  private static final String ATTEND =
      """
      def attend(${self}, query: Tensor, keys: Tensor, values: Tensor, mask: Tensor, width: int) \
      -> Tensor:
        length = torch.size(keys, 2)
        flat_keys = torch.view(keys, [-1, length, ${dim}])
        flat_values = torch.view(values, [-1, length, ${dim}])
        if torch.eq(width, 1):
          rows = torch.reshape(query, [-1, ${group}, ${dim}])
        else:
          folded = torch.reshape(query, [-1, width, ${kvHeads}, ${group}, ${dim}])
          apart = torch.permute(folded, [0, 2, 1, 3, 4])
          rows = torch.reshape(apart, [-1, torch.mul(width, ${group}), ${dim}])
      """;

  private static final String GEMMS =
      """
        products = torch.bmm(rows, torch.transpose(flat_keys, 1, 2))
        scores = ${scores}
        mixed = torch.bmm(torch.softmax(scores, -1), flat_values)
      """;

  private static final String FUSED =
      """
        heads = torch.view(rows, [torch.size(keys, 0), ${kvHeads}, -1, ${dim}])
        shape = [-1, ${kvHeads}, torch.size(heads, 2), length]
        bias = torch.expand(mask, shape)
        fused = torch.scaled_dot_product_attention(heads, keys, values, bias, 0., False, scale=${scale})
        mixed = torch.reshape(fused, [-1, torch.size(heads, 2), ${dim}])
      """;

  private static final String UNFOLD =
      """
        if torch.eq(width, 1):
          out = torch.view(mixed, [-1, ${wide}])
        else:
          unfolded = torch.view(mixed, [-1, ${kvHeads}, width, ${group}, ${dim}])
          out = torch.reshape(torch.permute(unfolded, [0, 2, 1, 3, 4]), [-1, ${wide}])
        return out
      """;

  /**
   * index: the {@link StepIndex}, sizes: the lengths of its parts; numbers: the integers of all
   * {@link AttentionGroup}s.
   */
  private static final String INPUTS =
      "hidden: Tensor, index: Tensor, sizes: List[int], wanted: int, numbers: List[int],"
          + " out: Tensor, row: int";

  /** back: by token, the index of its output in the concatenated outputs of the groups. */
  private static final String UNPACK =
      """
      parts = torch.split_with_sizes(index, sizes)
      input = ${input}
      positions = parts[1]
      slots = parts[2]
      ends = parts[3]
      back = parts[4]
      """;

  private static final String PREPARE =
      """
      cosines = annotate(List[Tensor], [])
      sines = annotate(List[Tensor], [])
      for i in range(${rotaries}):
        cosine = torch.index_select(self.tables[2 * i], 0, positions)
        sine = torch.index_select(self.tables[2 * i + 1], 0, positions)
        cosines = torch.append(cosines, torch.unsqueeze(torch.type_as(cosine, x), 1))
        sines = torch.append(sines, torch.unsqueeze(torch.type_as(sine, x), 1))
      count = torch.floordiv(torch.len(numbers), ${numbers})
      length = torch.size(self.keys[0], 2)
      first = torch.add(torch.mul(slots, torch.mul(length, ${kvHeads})), positions)
      heads = torch.mul(torch.narrow(self.tables[${steps}], 0, 0, ${kvHeads}), length)
      at = torch.add(torch.unsqueeze(first, 1), heads)
      """;

  private static final String MASKS =
      """
      ${masks} = annotate(List[Tensor], [])
      for i in range(count):
        place = parts[${tensors} * i + ${first}]
        ${masks} = torch.append(${masks}, self.mask(place, numbers[${numbers} * i + 2], ${window}, x))
      """;

  /** The first half of the sines is negated, see {@link RotaryTable}. */
  private static final String ROTATE_AND_STORE =
      """
      rolled = torch.roll(qk, [${half}], [-1])
      rotated = torch.addcmul(torch.mul(qk, cosines[${rotary}]), rolled, sines[${rotary}])
      q = torch.narrow(rotated, 1, 0, ${heads})
      k = torch.narrow(rotated, 1, ${heads}, ${kvHeads})
      v = torch.narrow(qkv, 1, ${qkHeads}, ${kvHeads})
      keys = self.keys[layer]
      values = self.values[layer]
      into = annotate(List[Optional[Tensor]], [at])
      stored_keys = torch.index_put_(torch.view(keys, [-1, ${dim}]), into, k)
      stored_values = torch.index_put_(torch.view(values, [-1, ${dim}]), into, v)
      """;

  private static final String MIX =
      """
      mixed = annotate(List[Tensor], [])
      for i in range(count):
        from = numbers[${numbers} * i + 0]
        span = numbers[${numbers} * i + 1]
        width = numbers[${numbers} * i + 2]
        whole = torch.eq(numbers[${numbers} * i + 3], 1)
        own_q = q if whole else torch.index_select(q, 0, parts[${tensors} * i + ${first} + 1])
        if torch.gt(span, 0):
          own_keys = torch.narrow(keys, 0, from, span)
          own_values = torch.narrow(values, 0, from, span)
        else:
          own_keys = torch.index_select(keys, 0, parts[${tensors} * i + ${first} + 2])
          own_values = torch.index_select(values, 0, parts[${tensors} * i + ${first} + 2])
        part = self.attend(own_q, own_keys, own_values, ${masks}[i], width)
        mixed = torch.append(mixed, part)
      joined = mixed[0] if torch.eq(count, 1) else torch.cat(mixed)
      ${result} = joined if torch.eq(numbers[3], 1) else torch.index_select(joined, 0, back)
      """;

  private final TensorType type;
  private final Attention attention;
  private final boolean fused;

  /**
   * @param fused whether attention is libtorch's fused operation, unless the model's is another
   */
  TorchForward(
      Decoder decoder,
      Stage stage,
      TensorType type,
      LinearLayers linears,
      boolean fused,
      SourceText text) {
    super(decoder, stage, linears, text);
    this.type = type;
    this.attention = decoder.layer().attention();
    this.fused = fused && attention.scores().equals(Attention.SCALED);
  }

  @Override
  void methods() {
    define(NORM, Map.of());
    String lowest = type == TensorType.F16 ? LOWEST_F16 : LOWEST;
    define(MASK + (fused ? MASK_OF_FUSED : MASK_OF_GEMMS), slots("lowest", lowest));
    String scores =
        SourceText.fill(
            attention.scores(),
            Map.of("products", "products", "mask", "mask", "scale", attention.scale()));
    Map<String, Object> slots = slots("scores", scores);
    slots.put("scale", attention.scale());
    define(ATTEND + (fused ? FUSED : GEMMS) + UNFOLD, slots);
  }

  /** Template slots for the shape of the attention, and one more. */
  private Map<String, Object> slots(String name, Object value) {
    Map<String, Object> slots = new HashMap<>();
    slots.put("heads", attention.heads());
    slots.put("kvHeads", attention.keyValueHeads());
    slots.put("qkHeads", attention.heads() + attention.keyValueHeads());
    slots.put("allHeads", attention.heads() + 2 * attention.keyValueHeads());
    slots.put("group", attention.group());
    slots.put("dim", attention.headDim());
    slots.put("half", attention.headDim() / 2);
    slots.put("wide", attention.heads() * attention.headDim());
    slots.put("rotaries", attention.rotaries().size());
    slots.put("steps", 2 * attention.rotaries().size());
    slots.put("tensors", AttentionGroup.TENSORS);
    slots.put("numbers", AttentionGroup.NUMBERS);
    slots.put("first", StepIndex.PARTS);
    slots.put(name, value);
    return slots;
  }

  @Override
  String inputs() {
    return INPUTS;
  }

  @Override
  void unpack() {
    write(UNPACK, Map.of("input", stage.first() ? "parts[0]" : "hidden"));
  }

  @Override
  public String positions() {
    return "positions";
  }

  @Override
  void prepare() {
    write(PREPARE, slots("x", "x"));
    masks("full", 0);
    if (attention.window() > 0) {
      masks("near", attention.window());
    }
  }

  private void masks(String name, int window) {
    Map<String, Object> slots = slots("masks", name);
    slots.put("window", window);
    write(MASKS, slots);
  }

  @Override
  public String rmsNorm(String input, String weight, double epsilon) {
    return SourceText.call("self.norm", input, weight, epsilon);
  }

  @Override
  public void attend(Attention attention, String input, String result) {
    String qkv = linear(input, attention.queryKeyValue());
    write("qkv = torch.view(${qkv}, [-1, ${allHeads}, ${dim}])", slots("qkv", qkv));
    if (attention.queryNorm().isPresent() && attention.keyNorm().isPresent()) {
      headNorms(attention.queryNorm().get(), attention.keyNorm().get());
    } else {
      write("qk = torch.narrow(qkv, 1, 0, ${qkHeads})", slots("x", "x"));
    }
    write(ROTATE_AND_STORE, slots("rotary", rotary(attention)));
    Map<String, Object> slots = slots("result", result);
    slots.put("masks", "full");
    if (attention.window() > 0) {
      String windowed =
          byLayer("bool", layer -> attention.windowed().get(layer) ? "True" : "False");
      write("windowed = ${x}\nmasks = near if windowed else full", Map.of("x", windowed));
      slots.put("masks", "masks");
    }
    write(MIX, slots);
  }

  private void headNorms(RmsNorm queryNorm, RmsNorm keyNorm) {
    String queries = queryNorm.write(this, heads(0, attention.heads()));
    String keys = keyNorm.write(this, heads(attention.heads(), attention.keyValueHeads()));
    write("qk = torch.cat([${q}, ${k}], 1)", Map.of("q", queries, "k", keys));
  }

  private static String heads(int from, int count) {
    return SourceText.call("torch.narrow", "qkv", 1, from, count);
  }
}
