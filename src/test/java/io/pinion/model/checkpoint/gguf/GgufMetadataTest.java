package io.pinion.model.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.gguf.GgufWriter.Items;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.GgufModelWriter;
import io.pinion.model.runtime.RandomCheckpoint;
import io.pinion.model.runtime.TinyModel;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GgufMetadataTest {
  @TempDir Path directory;

  private static GgufWriter model() {
    return GgufModelWriter.of(new RandomCheckpoint(TinyModel.smallest(2), 6), 3);
  }

  private static byte[] floats(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private Path path() {
    return directory.resolve("model.gguf");
  }

  private ModelConfig config(GgufWriter writer) {
    try (Checkpoint checkpoint = Checkpoints.open(writer.write(path()))) {
      return checkpoint.config();
    }
  }

  private AbstractThrowableAssert<?, ?> refused(GgufWriter writer) {
    return assertThatThrownBy(() -> config(writer))
        .isInstanceOf(ModelException.class)
        .hasMessageStartingWith("GGUF file " + path() + " ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"phi3", "LLAMA", "", "llama "})
  void anUnknownArchitectureIsRefusedWithTheListOfThoseKnown(String name) {
    refused(model().replace("general.architecture", Kind.STRING, name))
        .hasMessageContaining(
            "has architecture '"
                + name
                + "', which Pinion cannot run. It runs [llama, mistral, qwen2, qwen3");
  }

  @Test
  void aFileWithoutArchitectureIsRefused() {
    refused(model().replace("general.architecture", Kind.STRING, null))
        .hasMessageEndingWith("lacks the key general.architecture");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block_count",
        "context_length",
        "embedding_length",
        "feed_forward_length",
        "attention.head_count",
        "attention.layer_norm_rms_epsilon"
      })
  void aMissingKeyIsNamed(String key) {
    refused(model().replace("llama." + key, Kind.UINT32, null))
        .hasMessageEndingWith("lacks the key llama." + key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "block_count",
        "context_length",
        "embedding_length",
        "feed_forward_length",
        "attention.head_count",
        "attention.head_count_kv",
        "attention.key_length",
        "rope.dimension_count"
      })
  void aSizeThatIsNoSizeIsRefusedWithItsKey(String key) {
    String name = "llama." + key;
    for (long size : new long[] {0, -1, Long.MIN_VALUE, 1L << 31, Long.MAX_VALUE}) {
      refused(model().replace(name, Kind.INT64, size))
          .hasMessageEndingWith("gives key " + name + " the impossible value " + size);
    }
    for (double size : new double[] {2.5, Double.NaN, Double.POSITIVE_INFINITY, 1e30}) {
      refused(model().replace(name, Kind.FLOAT64, size))
          .hasMessageEndingWith("gives key " + name + " the impossible value " + size);
    }
    refused(model().replace(name, Kind.STRING, "4"))
        .hasMessageEndingWith("gives key " + name + " the value \"4\", which is not a number");
    refused(model().replace(name, Kind.BOOL, true))
        .hasMessageEndingWith("true, which is not a number");
    refused(model().replace(name, Kind.ARRAY, new Items(Kind.INT32, List.of(4, 4))))
        .hasMessageEndingWith("gives key " + name + " the value [4, 4], which is not a number");
  }

  @ParameterizedTest
  @ValueSource(ints = {35, 1000, Integer.MAX_VALUE})
  void moreLayersThanTensorsAreRefused(int layers) {
    refused(model().replace("llama.block_count", Kind.UINT32, layers))
        .hasMessageEndingWith("claims " + layers + " layers, but has only 34 tensors");
  }

  @ParameterizedTest
  @CsvSource({
    "attention.layer_norm_rms_epsilon, -1",
    "attention.layer_norm_rms_epsilon, NaN",
    "attention.layer_norm_rms_epsilon, Infinity",
    "rope.freq_base, 0",
    "rope.freq_base, -10000",
    "rope.freq_base, NaN",
    "rope.freq_base, Infinity"
  })
  void aNumberThatIsNotPositiveIsRefusedWithItsKey(String key, double value) {
    refused(model().replace("llama." + key, Kind.FLOAT64, value))
        .hasMessageEndingWith("gives key llama." + key + " the impossible value " + value);
  }

  @Test
  void aWindowThatIsNoWindowIsRefused() {
    for (long window : new long[] {-5, 1L << 31, -(1L << 40)}) {
      refused(model().replace("llama.attention.sliding_window", Kind.INT64, window))
          .hasMessageEndingWith(
              "gives key llama.attention.sliding_window the impossible value " + window);
    }
    GgufWriter none = model().replace("llama.attention.sliding_window", Kind.UINT32, 0);
    assertThat(config(none).slidingWindow()).isZero();
    assertThat(config(none).slidingLayers()).containsExactly(false, false);
  }

  @Test
  void headsThatDoNotFitTogetherAreRefused() {
    refused(model().replace("llama.attention.head_count_kv", Kind.UINT32, 3))
        .hasMessageContaining("has 2 heads over 3 kv heads of width 2")
        .hasMessageEndingWith("which do not fit together");
    refused(model().replace("llama.rope.dimension_count", Kind.UINT32, 1))
        .hasMessageContaining("with 1 rotary dimensions");
    refused(
            model()
                .replace("llama.attention.key_length", Kind.UINT32, 3)
                .replace("llama.rope.dimension_count", Kind.UINT32, 3))
        .hasMessageContaining("of width 3");
    refused(
            model()
                .replace("llama.attention.key_length", Kind.UINT32, null)
                .replace("llama.rope.dimension_count", Kind.UINT32, null)
                .replace("llama.attention.head_count", Kind.UINT32, 1000))
        .hasMessageContaining("of width 0");
  }

  @Test
  void optionalKeysHaveTheirDefaults() {
    GgufWriter writer =
        model()
            .replace("llama.attention.key_length", Kind.UINT32, null)
            .replace("llama.rope.dimension_count", Kind.UINT32, null)
            .replace("llama.rope.freq_base", Kind.UINT32, null)
            .replace("tokenizer.ggml.bos_token_id", Kind.UINT32, null)
            .replace("tokenizer.ggml.eos_token_id", Kind.UINT32, null);
    ModelConfig config = config(writer);
    assertThat(config.headDim()).isEqualTo(2);
    assertThat(config.ropeTheta()).isEqualTo(10000);
    assertThat(config.ropeScaling()).isEqualTo(new RopeScaling.None());
    assertThat(config.bosTokenId()).isEqualTo(-1);
    assertThat(config.eosTokenIds()).isEmpty();
    GgufWriter noGroups = model().replace("llama.attention.head_count_kv", Kind.UINT32, null);
    assertThat(config(noGroups).keyValueHeads()).isEqualTo(2);
  }

  @Test
  void theEndOfTurnEndsAGenerationToo() {
    GgufWriter writer = model().put("tokenizer.ggml.eot_token_id", Kind.UINT32, 0);
    assertThat(config(writer).eosTokenIds()).containsExactly(2, 0);
  }

  /** Converters write the largest number, -1, for a token that the model does not have. */
  @Test
  void aTokenOfMinusOneIsNone() {
    assertThat(config(model().replace("tokenizer.ggml.bos_token_id", Kind.UINT32, -1)).bosTokenId())
        .isEqualTo(-1);
    assertThat(config(model().replace("tokenizer.ggml.eos_token_id", Kind.INT32, -1)).eosTokenIds())
        .isEmpty();
  }

  @Test
  void aTokenOutsideTheVocabularyIsRefused() {
    refused(model().replace("tokenizer.ggml.eos_token_id", Kind.UINT32, 3))
        .hasMessageEndingWith("gives key tokenizer.ggml.eos_token_id the impossible value 3");
    refused(model().replace("tokenizer.ggml.bos_token_id", Kind.INT64, 1L << 32))
        .hasMessageEndingWith(
            "gives key tokenizer.ggml.bos_token_id the impossible value 4294967296");
    refused(model().replace("tokenizer.ggml.bos_token_id", Kind.STRING, "<s>"))
        .hasMessageEndingWith(
            "gives key tokenizer.ggml.bos_token_id the value \"<s>\", which is not a number");
  }

  @Test
  void ropeScalingIsReadAsLlamaCppReadsIt() {
    GgufWriter factor = model().put("llama.rope.scaling.factor", Kind.FLOAT32, 4);
    assertThat(config(factor).ropeScaling()).isEqualTo(new RopeScaling.Linear(4));
    factor.put("llama.rope.scaling.type", Kind.STRING, "none");
    assertThat(config(factor).ropeScaling()).isEqualTo(new RopeScaling.None());
    factor
        .replace("llama.rope.scaling.type", Kind.STRING, "yarn")
        .put("llama.rope.scaling.original_context_length", Kind.UINT32, 64)
        .put("llama.rope.scaling.attn_factor", Kind.FLOAT32, 0.5);
    assertThat(config(factor).ropeScaling())
        .isEqualTo(new RopeScaling.Yarn(4, 32, 1, 64, 0.5 * (1 + 0.1 * Math.log(4)), true));
    factor
        .put("llama.rope.scaling.yarn_beta_fast", Kind.FLOAT32, 16)
        .put("llama.rope.scaling.yarn_beta_slow", Kind.FLOAT32, 2)
        .replace("llama.rope.scaling.attn_factor", Kind.FLOAT32, null)
        .replace("llama.rope.scaling.original_context_length", Kind.UINT32, null);
    assertThat(config(factor).ropeScaling())
        .isEqualTo(new RopeScaling.Yarn(4, 16, 2, 256, 1 + 0.1 * Math.log(4), true));
  }

  @Test
  void brokenRopeScalingIsRefused() {
    GgufWriter linear = model().put("llama.rope.scaling.type", Kind.STRING, "linear");
    refused(linear).hasMessageEndingWith("lacks the key llama.rope.scaling.factor");
    for (double factor : new double[] {0, -4, Double.NaN, Double.POSITIVE_INFINITY}) {
      refused(linear.replace("llama.rope.scaling.factor", Kind.FLOAT64, factor))
          .hasMessageEndingWith(
              "gives key llama.rope.scaling.factor the impossible value " + factor);
    }
    refused(model().put("llama.rope.scaling.type", Kind.STRING, "longrope"))
        .hasMessageEndingWith(
            "asks for rope scaling longrope; supported are none, linear and yarn");
    refused(model().put("llama.rope.scaling.type", Kind.UINT32, 1))
        .hasMessageEndingWith(
            "gives key llama.rope.scaling.type the value 1, which is not a string");
  }

  @Test
  void brokenRopeFactorsAreRefused() {
    String complaint = "has a tensor rope_freqs.weight that is not 1 positive f32 numbers";
    for (float factor : new float[] {0, -1, Float.NaN, Float.POSITIVE_INFINITY}) {
      refused(model().tensor("rope_freqs.weight", TensorType.F32, floats(factor), 1))
          .hasMessageEndingWith(complaint);
    }
    refused(model().tensor("rope_freqs.weight", TensorType.F32, floats(1, 1), 2))
        .hasMessageEndingWith(complaint);
    refused(model().tensor("rope_freqs.weight", TensorType.F32, floats(1, 1), 1, 2))
        .hasMessageEndingWith(complaint);
    refused(model().tensor("rope_freqs.weight", TensorType.F16, new byte[2], 1))
        .hasMessageEndingWith(complaint);
    GgufWriter wide = model().tensor("rope_freqs.weight", TensorType.F32, floats(1), 1);
    wide.replace("llama.attention.key_length", Kind.UINT32, 1 << 30);
    refused(wide.replace("llama.rope.dimension_count", Kind.UINT32, 1 << 30))
        .hasMessageEndingWith("that is not 536870912 positive f32 numbers");
  }

  @Test
  void aFileWithoutEmbeddingIsRefused() {
    refused(model().removeTensor("token_embd.weight"))
        .hasMessageEndingWith("has no matrix token_embd.weight");
    refused(
            model()
                .removeTensor("token_embd.weight")
                .tensor("token_embd.weight", TensorType.F32, new byte[48], 12))
        .hasMessageEndingWith("has no matrix token_embd.weight");
  }
}
