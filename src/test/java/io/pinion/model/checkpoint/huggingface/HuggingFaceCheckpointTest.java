package io.pinion.model.checkpoint.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import io.pinion.model.LanguageModel;
import io.pinion.model.LanguageModel.Step;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.model.runtime.RandomCheckpoint;
import io.pinion.model.runtime.TestModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class HuggingFaceCheckpointTest {
  private static final int[] TOKENS = new Random(3).ints(20, 0, 50).toArray();

  @TempDir Path folder;

  static Stream<String> names() {
    return RandomCheckpoint.configurations().keySet().stream();
  }

  private static RandomCheckpoint random(String name) {
    return new RandomCheckpoint(RandomCheckpoint.configurations().get(name), 5);
  }

  private static float[] logits(Checkpoint checkpoint) {
    try (LanguageModel model =
            TestModels.load(checkpoint, List.of(Device.cpu()), TensorType.F32, 1, 64);
        NDArray logits =
            model.forward(new Step(TOKENS, new int[] {20}, new int[] {0}, new int[] {19}))) {
      return logits.toFloatArray();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void aDirectoryGivesTheConfigurationAndLogitsThatItWasWrittenFrom(String name)
      throws IOException {
    RandomCheckpoint written = random(name);
    SafetensorsWriter.directory(folder, written, TensorType.F32, 1);
    try (Checkpoint read = Checkpoints.open(folder)) {
      assertThat(read.config()).isEqualTo(written.config());
      assertThat(logits(read)).containsExactly(logits(written));
    }
  }

  @Test
  void shardsAreOneModel() throws IOException {
    RandomCheckpoint written = random("qwen3 norms");
    SafetensorsWriter.directory(folder, written, TensorType.F32, 3);
    try (Checkpoint read = Checkpoints.open(folder)) {
      assertThat(logits(read)).containsExactly(logits(written));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F16", "BF16"})
  void halfPrecisionWeightsKeepTheirNumbers(TensorType type) throws IOException {
    RandomCheckpoint written = random("llama tied");
    SafetensorsWriter.directory(folder, written, type, 1);
    try (Checkpoint read = Checkpoints.open(folder)) {
      float[] expected = logits(written);
      float[] found = logits(read);
      assertThat(found).isNotEqualTo(expected);
      // Weights cut to 8 bits differ by up to a 128th each; logits here are about 3 wide.
      assertThat(found).containsExactly(expected, within(0.5f));
    }
  }

  @Test
  void aMissingShardIsNamed() throws IOException {
    SafetensorsWriter.directory(folder, random("llama tied"), TensorType.F32, 2);
    Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("model.safetensors.index.json names model-00002-of-00002.safetensors")
        .hasMessageContaining("which does not exist");
  }

  @Test
  void anIndexCannotPointOutOfItsDirectory() throws IOException {
    SafetensorsWriter.directory(folder, random("llama tied"), TensorType.F32, 2);
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"a\": \"../secret.safetensors\"}}");
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("names '../secret.safetensors', which is not a safetensors file in");
  }

  @Test
  void anIndexThatLiesAboutATensorIsRefused() throws IOException {
    SafetensorsWriter.directory(folder, random("llama tied"), TensorType.F32, 2);
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\": {\"ghost.weight\": \"model-00001-of-00002.safetensors\"}}");
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("says that tensor ghost.weight is in model-00001-of-00002");
  }

  @Test
  void aDirectoryOfPicklesIsRefused() throws IOException {
    Files.writeString(folder.resolve("config.json"), "{}");
    Files.writeString(folder.resolve("pytorch_model.bin"), "");
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("holds neither model.safetensors nor model.safetensors.index.json")
        .hasMessageContaining("never a pickle");
  }

  @Test
  void anEmptyDirectoryIsRefused() {
    assertThatThrownBy(() -> Checkpoints.open(folder))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining("holds no config.json, and 0 GGUF files");
  }

  @Test
  void aMissingTokenizerIsNamed() throws IOException {
    SafetensorsWriter.directory(folder, random("llama tied"), TensorType.F32, 1);
    try (Checkpoint read = Checkpoints.open(folder)) {
      assertThatThrownBy(read::tokenizer)
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("holds no tokenizer.json");
    }
  }

  @Test
  void aWeightOfAnotherShapeOrTypeIsNamed() throws IOException {
    RandomCheckpoint written = random("llama tied");
    SafetensorsWriter.directory(folder, written, TensorType.F32, 1);
    Map<String, Object> config = SafetensorsWriter.config(written.config());
    config.put("intermediate_size", 41);
    Files.writeString(
        folder.resolve("config.json"),
        new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(config));
    try (Checkpoint read = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> logits(read))
          .isInstanceOf(ModelException.class)
          .hasMessage(
              "weight model.layers.0.mlp.gate_proj.weight of "
                  + folder
                  + " has shape [48, 32], but the"
                  + " configuration requires [41, 32]");
    }
    byte[] wrong =
        SafetensorsWriter.bytes(
            "{\"model.norm.weight\": {\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}}",
            new byte[8]);
    Files.write(folder.resolve("model.safetensors"), wrong);
    config.put("num_hidden_layers", 1);
    config.remove("layer_types");
    Files.writeString(
        folder.resolve("config.json"),
        new com.fasterxml.jackson.databind.ObjectMapper().writeValueAsString(config));
    try (Checkpoint read = Checkpoints.open(folder)) {
      assertThatThrownBy(() -> read.weight("model.norm.weight"))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("is stored as I64; supported in safetensors are F32, F16 and BF16");
      assertThatThrownBy(() -> logits(read))
          .isInstanceOf(ModelException.class)
          .hasMessageContaining("weight model.embed_tokens.weight is missing");
    }
  }

  @Test
  void specialTokensAndTemplatesAreFoundWhereverTheyStand() throws IOException {
    SafetensorsWriter.directory(folder, random("llama tied"), TensorType.F32, 1);
    Files.writeString(
        folder.resolve("special_tokens_map.json"),
        "{\"eos_token\": {\"content\": \"</s>\"}, \"bos_token\": \"<old>\"}");
    Files.writeString(
        folder.resolve("tokenizer_config.json"),
        "{\"bos_token\": \"<s>\", \"pad_token\": null, \"chat_template\":"
            + " [{\"name\": \"tool_use\", \"template\": \"t\"},"
            + " {\"name\": \"default\", \"template\": \"d\"}]}");
    try (Checkpoint read = Checkpoints.open(folder)) {
      assertThat(read.specialTokens()).isEqualTo(Map.of("bos_token", "<s>", "eos_token", "</s>"));
      assertThat(read.chatTemplate()).contains("d");
      Files.writeString(folder.resolve("chat_template.jinja"), "file");
      assertThat(read.chatTemplate()).contains("file");
    }
  }
}
