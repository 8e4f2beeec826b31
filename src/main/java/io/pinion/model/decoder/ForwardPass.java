package io.pinion.model.decoder;

import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.BlockWriter;
import io.pinion.model.architecture.block.Decoder;
import io.pinion.model.architecture.block.Head;
import io.pinion.model.architecture.block.Linear;
import io.pinion.model.architecture.block.Rotary;
import io.pinion.model.architecture.block.WeightSpec;
import io.pinion.torch.SourceText;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Writes the method {@code forward} of a stage: the code around the layers, the order of the
 * weights, and what all subclasses share. An instance writes one method and is not reused.
 */
abstract class ForwardPass implements BlockWriter {
  private static final int BODY = 2;
  private static final int LAYER = 3;
  private static final String PER_LAYER = "perLayer";

  final Decoder decoder;
  final Stage stage;
  final LinearLayers linears;
  private final SourceText text;
  private final WeightCursor weights;
  private final StringBuilder layerText = new StringBuilder();
  private boolean inLayer;

  ForwardPass(Decoder decoder, Stage stage, LinearLayers linears, SourceText text) {
    this.decoder = decoder;
    this.stage = stage;
    this.linears = linears;
    this.text = text;
    this.weights = new WeightCursor(stage);
  }

  /** Writes the method and its helpers; returns the weights that it reads, in order. */
  final WeightCursor write() {
    methods();
    text.block(1, "def forward(${self}, ${parameters}) -> Tensor:", Map.of("parameters", inputs()));
    unpack();
    enter();
    prepare();
    layers();
    leave();
    return weights;
  }

  /** Writes the methods that {@code forward} calls. */
  void methods() {}

  /**
   * The parameter list. It includes, unless {@link #unpack} finds them in others, {@code input},
   * the token ids or the previous stage's hidden states, and {@code ends}, the indices of the
   * tokens whose logits are requested; {@code wanted}, their number in this slice; {@code out}, the
   * FLOAT32 logits of all slices of the step; and {@code row}, this slice's first row in them.
   */
  abstract String inputs();

  /** Writes what takes parameters apart. */
  void unpack() {}

  /** Writes what is computed once for all layers, given the first layer's input {@code x}. */
  abstract void prepare();

  /** Writes the layer. */
  void layer() {
    decoder.layer().write(this);
  }

  /** Writes the logits, from {@code x} to {@code logits}. */
  void logits() {
    write("normed = ${norm}", Map.of("norm", decoder.finalNorm().write(this, "x")));
    String logits = linears.head("normed", head());
    write("logits = ${logits}", Map.of("logits", finished(logits)));
  }

  final String finished(String logits) {
    return SourceText.fill(decoder.head().finish(), Map.of("logits", logits));
  }

  private void enter() {
    if (stage.first()) {
      decoder.embedding().write(this);
    } else {
      // Copy to the device of this stage's cache.
      write("x = torch.to(input, self.keys[0])", Map.of());
    }
  }

  private void layers() {
    weights.enterLayer();
    inLayer = true;
    layer();
    inLayer = false;
    weights.leaveLayers();
    int first = weights.firstOfLayers();
    text.block(
        BODY,
        """
        for layer in range(${layers}):
          base = ${first} + layer * ${perLayer}
        """,
        Map.of("layers", stage.layers(), "first", first, PER_LAYER, weights.countPerLayer()));
    text.block(LAYER, layerText.toString(), Map.of(PER_LAYER, weights.countPerLayer()));
  }

  private void leave() {
    if (!stage.last()) {
      write("return x", Map.of());
      return;
    }
    logits();
    write(
        """
        put = torch.copy_(torch.narrow(out, 0, row, wanted), torch.narrow(logits, 0, 0, wanted))
        return out
        """,
        Map.of());
  }

  /** The output matrix: shared with the embedding if both are the same tensor, unpacked. */
  final String head() {
    Head head = decoder.head();
    Optional<String> shared =
        linears.plain() ? weights.sameBefore(head.matrix().matrix()) : Optional.empty();
    return shared.orElseGet(() -> weight(head.matrix().matrix()));
  }

  /** Index of the first layer's first weight. */
  final int firstOfLayers() {
    return weights.firstOfLayers();
  }

  /** A slot for the number of weights per layer, filled in once it is known. */
  static String perLayer() {
    return "${" + PER_LAYER + "}";
  }

  @Override
  public final String weight(WeightSpec spec) {
    return weights.next(spec);
  }

  /** The next weight, or the expression {@code otherwise} if there is none. */
  final String weight(Optional<WeightSpec> spec, String otherwise) {
    return spec.map(this::weight).orElse(otherwise);
  }

  @Override
  public final void write(String template, Map<String, ?> slots) {
    String lines = SourceText.fill(template, slots);
    if (inLayer) {
      layerText.append(lines).append(lines.endsWith("\n") ? "" : "\n");
    } else {
      text.block(BODY, lines, Map.of());
    }
  }

  /** Writes methods of the class. */
  final void define(String template, Map<String, ?> slots) {
    text.block(1, template, slots);
  }

  @Override
  public final String linear(String input, Linear linear) {
    String matrix = weight(linear.matrix());
    return linears.linear(input, matrix, weight(linear.bias(), "None"));
  }

  @Override
  public final String linear(String input, String matrix, String bias) {
    return linears.linear(input, matrix, bias);
  }

  @Override
  public final String addedLinear(String added, String input, Linear linear) {
    String matrix = weight(linear.matrix());
    return linears.addedLinear(added, input, matrix, weight(linear.bias(), "None"));
  }

  @Override
  public void gate(String result, String both, String activation, long width) {
    String gate = SourceText.call("torch.narrow", both, 1, 0, width);
    String other = SourceText.call("torch.narrow", both, 1, width, width);
    write(
        """
        gate = ${activated}
        ${result} = torch.mul(gate, ${other})
        """,
        Map.of(
            "activated", SourceText.fill(activation, Map.of("x", gate)),
            "result", result,
            "other", other));
  }

  @Override
  public final void keepOutputs(String... names) {
    if (!stage.last()) {
      return;
    }
    write(
        """
        if torch.__and__(torch.eq(layer, ${last}), torch.ne(torch.size(ends, 0), torch.size(x, 0))):
        ${selected}
        else:
        ${all}
        ${kept}
        """,
        Map.of(
            "last", stage.layers() - 1,
            "selected", each(names, "  ${x}_ends = torch.index_select(${x}, 0, ends)"),
            "all", each(names, "  ${x}_ends = ${x}"),
            "kept", each(names, "${x} = ${x}_ends")));
  }

  private static String each(String[] names, String line) {
    return Arrays.stream(names)
        .map(name -> SourceText.fill(line, Map.of("x", name)))
        .collect(Collectors.joining("\n"));
  }

  /** Index of the current layer's rotary embedding. */
  final String rotary(Attention attention) {
    List<Rotary> all = attention.rotaries();
    return all.size() == 1
        ? "0"
        : byLayer("int", layer -> all.indexOf(attention.rotary().get(layer)));
  }

  /** An expression that looks up the current layer in a list with an entry per layer. */
  final String byLayer(String type, IntFunction<?> entry) {
    return IntStream.range(stage.from(), stage.to())
        .mapToObj(layer -> entry.apply(layer).toString())
        .collect(Collectors.joining(", ", "annotate(List[" + type + "], [", "])[layer]"));
  }
}
