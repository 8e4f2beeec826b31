package io.pinion.model.checkpoint.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Device;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.RandomBlocks;
import io.pinion.model.checkpoint.gguf.GgufWriter.Kind;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.GgufModelWriter;
import io.pinion.model.runtime.RandomCheckpoint;
import io.pinion.model.runtime.TestModels;
import io.pinion.model.runtime.TinyModel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a file gives and refuses once its header is read: weights, tokens, the tokenizer. */
class GgufCheckpointTest {
  @TempDir Path directory;

  private static GgufWriter model() {
    return GgufModelWriter.of(new RandomCheckpoint(TinyModel.smallest(2), 6), 3);
  }

  private Path path() {
    return directory.resolve("model.gguf");
  }

  private AbstractThrowableAssert<?, ?> notLoaded(GgufWriter writer) {
    return assertThatThrownBy(
            () -> {
              try (Checkpoint checkpoint = Checkpoints.open(writer.write(path()))) {
                TestModels.load(checkpoint, List.of(Device.cpu()), TensorType.F32, 1, 16).close();
              }
            })
        .isInstanceOf(ModelException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "blk.1.ffn_up.weight, model.layers.1.mlp.up_proj.weight",
    "blk.1.attn_k.bias, model.layers.1.self_attn.k_proj.bias",
    "output_norm.weight, model.norm.weight"
  })
  void aMissingWeightIsNamed(String stored, String name) {
    notLoaded(model().removeTensor(stored))
        .hasMessageStartingWith("weight " + name + " is missing from " + directory);
  }

  @Test
  void aWeightOfTheWrongShapeIsNamed() {
    String name = "blk.1.ffn_down.weight";
    notLoaded(model().removeTensor(name).tensor(name, TensorType.F32, new byte[32], 2, 4))
        .hasMessageStartingWith("weight model.layers.1.mlp.down_proj.weight of " + directory)
        .hasMessageEndingWith(" has shape [4, 2], but the configuration requires [4, 8]");
    String norm = "blk.0.attn_norm.weight";
    notLoaded(model().removeTensor(norm).tensor(norm, TensorType.F32, new byte[16], 4, 1))
        .hasMessageContaining("weight model.layers.0.input_layernorm.weight of ")
        .hasMessageEndingWith(" has shape [1, 4], but the configuration requires [4]");
    notLoaded(model().replace("llama.attention.head_count", Kind.UINT32, 1 << 30))
        .hasMessageContaining("weight model.layers.0.self_attn.q_proj.weight of ")
        .hasMessageContaining(" has shape [4, 4]");
  }

  /** A block mixes numbers that belong to several rows of Hugging Face's order. */
  @Test
  void anInterleavedBiasInBlocksIsRefused() {
    byte[] block = new RandomBlocks(1).next(TensorType.Q8_0, 32);
    rowsRefused("attn_q.bias", "q_proj.bias", TensorType.Q8_0, block, 32)
        .hasMessageContaining("stores 32 rows of model.layers.0.self_attn.q_proj.bias in Q8_0");
  }

  @Test
  void interleavedRowsThatAreNoWholeHeadsAreRefused() {
    rowsRefused("attn_k.weight", "k_proj.weight", TensorType.F32, new byte[48], 4, 3)
        .hasMessageEndingWith("which cannot be reordered in groups of 2");
    rowsRefused("attn_k.bias", "k_proj.bias", TensorType.F32, new byte[12], 3)
        .hasMessageEndingWith("which cannot be reordered in groups of 2");
  }

  private AbstractThrowableAssert<?, ?> rowsRefused(
      String stored, String name, TensorType type, byte[] data, long... shape) {
    String tensor = "blk.0." + stored;
    GgufWriter writer = model().removeTensor(tensor).tensor(tensor, type, data, shape);
    try (Checkpoint checkpoint = Checkpoints.open(writer.write(path()))) {
      Checkpoint.Weight weight =
          checkpoint.weight("model.layers.0.self_attn." + name).orElseThrow();
      return assertThatThrownBy(() -> checkpoint.rows(weight, 0, 1))
          .isInstanceOf(ModelException.class)
          .hasMessageStartingWith("GGUF file " + path() + " ");
    }
  }

  @Test
  void specialTokensAreTheTextsOfTheirNumbers() {
    GgufWriter writer =
        model()
            .put("tokenizer.ggml.unknown_token_id", Kind.UINT32, 0)
            .put("tokenizer.ggml.padding_token_id", Kind.UINT32, 17)
            .put("tokenizer.chat_template", Kind.STRING, "{{ messages }}");
    try (Checkpoint checkpoint = Checkpoints.open(writer.write(path()))) {
      assertThat(checkpoint.specialTokens())
          .containsOnly(
              Map.entry("bos_token", "<s>"),
              Map.entry("eos_token", "é"),
              Map.entry("unk_token", "<unk>"));
      assertThat(checkpoint.chatTemplate()).contains("{{ messages }}");
      assertThat(checkpoint.tokenizer().origin()).isEqualTo(path().toString());
    }
  }

  @Test
  void aFileWithoutTokenizerIsRefusedWhereOneIsAskedFor() {
    GgufWriter writer = model().replace("tokenizer.ggml.tokens", Kind.ARRAY, null);
    try (Checkpoint checkpoint = Checkpoints.open(writer.write(path()))) {
      assertThat(checkpoint.chatTemplate()).isEmpty();
      assertThat(checkpoint.specialTokens()).isEmpty();
      assertThatThrownBy(checkpoint::tokenizer)
          .isInstanceOf(ModelException.class)
          .hasMessage("GGUF file " + path() + " holds no tokenizer (tokenizer.ggml.tokens)");
    }
  }

  @Test
  void aDirectoryHoldsOneFile() {
    assertThatThrownBy(() -> Checkpoints.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(directory + " holds no config.json, and 0 GGUF files");
    model().write(directory.resolve("a.gguf"));
    try (Checkpoint checkpoint = Checkpoints.open(directory)) {
      assertThat(checkpoint.config().layers()).isEqualTo(2);
    }
    model().write(directory.resolve("b.gguf"));
    assertThatThrownBy(() -> Checkpoints.open(directory))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(directory + " holds no config.json, and 2 GGUF files");
  }
}
