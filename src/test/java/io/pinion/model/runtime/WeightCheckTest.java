package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import io.pinion.model.checkpoint.gguf.GgufWriter;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import io.pinion.model.checkpoint.huggingface.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Models whose tensors are not those of their configuration. */
class WeightCheckTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  private final Map<String, Weight> shapes = new LinkedHashMap<>();
  private final Map<String, float[]> numbers = new LinkedHashMap<>();

  private void model(String name) {
    RandomCheckpoint checkpoint =
        new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 3);
    for (Weight weight : checkpoint.weights()) {
      shapes.put(weight.name(), weight);
      numbers.put(weight.name(), checkpoint.numbers(weight.name()));
    }
    config = checkpoint.config();
  }

  private ModelConfig config;

  private void add(String name, int rows, int columns) {
    shapes.put(name, new Weight(name, rows, columns, false, TensorType.F32));
    numbers.put(name, new float[rows * columns]);
  }

  private void remove(String name) {
    shapes.remove(name);
    numbers.remove(name);
  }

  private void check(Consumer<ObjectNode> change) throws IOException {
    SafetensorsWriter.directory(folder, new RandomCheckpoint(config, 3), TensorType.F32, 1);
    SafetensorsWriter writer = new SafetensorsWriter();
    shapes.forEach(
        (name, weight) ->
            writer.add(
                name,
                TensorType.F32,
                weight.vector()
                    ? new long[] {weight.columns()}
                    : new long[] {weight.rows(), weight.columns()},
                numbers.get(name)));
    Files.write(folder.resolve("model.safetensors"), writer.bytes());
    Path json = folder.resolve("config.json");
    ObjectNode root = (ObjectNode) JSON.readTree(json.toFile());
    change.accept(root);
    JSON.writeValue(json.toFile(), root);
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      WeightCheck.check(checkpoint);
    }
  }

  private AbstractThrowableAssert<?, ?> refused() {
    return refused(root -> {});
  }

  private AbstractThrowableAssert<?, ?> refused(Consumer<ObjectNode> change) {
    return assertThatThrownBy(() -> check(change))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith(folder.toString());
  }

  static Stream<String> models() {
    return RandomCheckpoint.configurations().keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("models")
  void whatBelongsTogetherPasses(String name) {
    model(name);
    add("model.layers.0.self_attn.rotary_emb.inv_freq", 1, 8);
    assertThatCode(() -> check(root -> {})).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "score.weight",
        "v_head.summary.weight",
        "model.layers.4.input_layernorm.weight",
        "model.layers.0.self_attn.q_proj.bias",
        "vision_tower.patch.weight",
        "model.layers.0.mlp.gate_proj.lora_A.weight"
      })
  void aTensorThatNothingReadsIsRefused(String name) {
    model("llama tied");
    add(name, 2, 32);
    refused().hasMessageContaining("has 1 tensor (" + name + ") that the architecture llama does");
  }

  @Test
  void fewerLayersThanTheFileHasAreRefused() {
    model("llama tied");
    refused(root -> root.put("num_hidden_layers", 2).remove("layer_types"))
        .hasMessageContaining("has 18 tensors (");
  }

  @Test
  void aTiedModelMayHaveACopyOfItsEmbeddingAndNoOtherOutputMatrix() {
    model("llama tied");
    Weight table = shapes.get("model.embed_tokens.weight");
    add("lm_head.weight", (int) table.rows(), (int) table.columns());
    numbers.put("lm_head.weight", numbers.get("model.embed_tokens.weight").clone());
    assertThatCode(() -> check(root -> {})).doesNotThrowAnyException();
    numbers.get("lm_head.weight")[7] += 1;
    refused().hasMessageContaining("tie_word_embeddings true");
  }

  @Test
  void aModelThatIsNotTiedNeedsAnOutputMatrix() {
    model("llama tied");
    refused(root -> root.put("tie_word_embeddings", false))
        .hasMessageContaining("has no output matrix (lm_head.weight)")
        .hasMessageContaining("tie_word_embeddings false");
  }

  @Test
  void missingWeightsAreNamedTogether() {
    model("qwen3 norms");
    remove("model.layers.1.self_attn.q_norm.weight");
    remove("model.layers.2.mlp.up_proj.weight");
    refused()
        .hasMessageContaining(
            "lacks 2 weights (model.layers.1.self_attn.q_norm.weight,"
                + " model.layers.2.mlp.up_proj.weight)");
  }

  @Test
  void aWrongShapeIsRefusedBeforeAnythingIsLoaded() {
    model("llama tied");
    assertThatThrownBy(() -> check(root -> root.put("intermediate_size", 47)))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("has shape [48, 32], but the configuration requires [47, 32]");
  }

  @Test
  void anglesThatAreNoNumbersAreRefused() {
    model("llama tied");
    refused(
            root ->
                root.put("rope_theta", 1)
                    .putObject("rope_scaling")
                    .put("type", "yarn")
                    .put("factor", 2))
        .hasMessageContaining("angles that are no numbers");
  }

  private GgufWriter gguf() {
    return GgufModelWriter.of(new RandomCheckpoint(TinyModel.smallest(1), 5), 3);
  }

  private AbstractThrowableAssert<?, ?> refused(GgufWriter writer) {
    Path path = writer.write(folder.resolve("m.gguf"));
    return assertThatThrownBy(
            () -> {
              try (Checkpoint checkpoint = Checkpoints.open(path)) {
                WeightCheck.check(checkpoint);
              }
            })
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(path.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"cls.output.weight", "cls.weight", "v.patch_embd.weight", "mm.0.weight"})
  void aTensorOfAGgufFileThatNothingReadsIsRefused(String name) {
    refused(gguf().tensor(name, TensorType.F32, new byte[16], 4, 1))
        .hasMessageContaining("has 1 tensor (" + name + ")");
  }

  @Test
  void aGgufFileThatEmbedsOrAddsToAModelIsRefused() {
    refused(gguf().put("llama.pooling_type", Kind.UINT32, 1))
        .hasMessageContaining("llama.pooling_type with value 1: it embeds or ranks texts");
    refused(gguf().put("llama.attention.causal", Kind.BOOL, false))
        .hasMessageContaining("it is an encoder");
    refused(gguf().put("llama.expert_count", Kind.UINT32, 8))
        .hasMessageContaining("is a mixture of 8 experts");
    refused(gguf().put("general.type", Kind.STRING, "adapter"))
        .hasMessageContaining("something of type adapter (general.type)");
  }

  @Test
  void aPartOfASplitModelIsNamedAsSuch() {
    refused(
            gguf()
                .put("split.no", Kind.UINT16, 1)
                .put("split.count", Kind.UINT16, 3)
                .put("split.tensors.count", Kind.INT32, 99))
        .hasMessageContaining("is part 2 of 3 of a split model. Merge the parts first");
  }
}
