package io.pinion.model.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pinion.FuzzRounds;
import io.pinion.model.LanguageModel;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import io.pinion.model.checkpoint.gguf.GgufWriter;
import io.pinion.model.checkpoint.huggingface.SafetensorsWriter;
import io.pinion.model.decoder.MatrixFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Model files with seeded damage are refused in a sentence that names the file, or run. */
class ModelFilesFuzzTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> VALUES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "2",
          "3",
          "0.5",
          "1e-300",
          "1e300",
          "1e999",
          "2147483647",
          "2147483648",
          "-2147483648",
          "4294967296",
          "9223372036854775807",
          "\"\"",
          "\"x\"",
          "\"yarn\"",
          "\"llama3\"",
          "\"linear\"",
          "\"qwen2\"",
          "[]",
          "[1]",
          "[-1]",
          "{}",
          "[\"full_attention\"]",
          "[\"sliding_attention\",\"full_attention\"]",
          "{\"rope_type\":\"yarn\",\"factor\":2.0}",
          "{\"type\":\"linear\",\"factor\":1e-9}",
          "{\"rope_type\":\"llama3\",\"factor\":8,\"low_freq_factor\":1,\"high_freq_factor\":4,"
              + "\"original_max_position_embeddings\":8}");
  private static final List<String> KEYS =
      List.of(
          "rope_parameters",
          "partial_rotary_factor",
          "use_sliding_window",
          "max_window_layers",
          "quantization_config",
          "architectures",
          "is_causal");

  @TempDir Path folder;

  private static ModelConfig config() {
    return TinyModel.smallest(1);
  }

  /** Opens a model, checks it and reads all that a loader reads. */
  private static String read(Path path) {
    try (Checkpoint checkpoint = Checkpoints.open(path)) {
      WeightCheck.check(checkpoint);
      for (String name : RandomNames.of(checkpoint.config())) {
        checkpoint.weight(name).ifPresent(w -> checkpoint.rows(w, 0, w.rows()));
      }
      checkpoint.specialTokens();
      checkpoint.chatTemplate();
      if (checkpoint.tokenizer() instanceof TokenizerData.Gguf gguf) {
        gguf.metadata().values().forEach(Object::hashCode);
      }
      return "read";
    } catch (ModelException e) {
      assertThat(e).hasMessageContaining(path.toString());
      return "refused";
    }
  }

  private static final class RandomNames {
    static List<String> of(ModelConfig config) {
      List<String> names = new ArrayList<>();
      new RandomCheckpoint(config, 1).weights().forEach(weight -> names.add(weight.name()));
      return names;
    }
  }

  private static byte[] damaged(byte[] whole, int header, Random random) {
    byte[] bytes = whole.clone();
    for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
      int at = random.nextInt(Math.min(header, bytes.length));
      switch (random.nextInt(16)) {
        case 0, 1, 2, 4, 5, 6 -> bytes[at] = (byte) random.nextInt(256);
        case 7 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) -1);
        case 3 -> {
          ByteArrayOutputStream longer = new ByteArrayOutputStream();
          longer.write(bytes, 0, at);
          longer.write(whole, at / 2, random.nextInt(16));
          longer.write(bytes, at, bytes.length - at);
          bytes = longer.toByteArray();
        }
        case 8 -> bytes = Arrays.copyOf(bytes, bytes.length - random.nextInt(64));
        default -> bytes[at] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  private static Path write(Path path, byte[] bytes) {
    try {
      return Files.write(path, bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void assertBoth(Map<String, Integer> outcomes) {
    assertThat(outcomes.keySet()).isSubsetOf("read", "refused").contains("refused");
  }

  @Test
  void gguf() throws IOException {
    GgufWriter writer = GgufModelWriter.of(new RandomCheckpoint(config(), 5), 3);
    byte[] whole = Files.readAllBytes(writer.write(folder.resolve("whole.gguf")));
    int header = whole.length * 3 / 4;
    Path path = folder.resolve("m.gguf");
    assertThat(read(write(path, whole))).isEqualTo("read");
    assertBoth(
        FuzzRounds.run("gguf", 1500, random -> read(write(path, damaged(whole, header, random)))));
  }

  @Test
  void safetensors() throws IOException {
    SafetensorsWriter.directory(folder, new RandomCheckpoint(config(), 5), TensorType.F32, 1);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Path path = folder.resolve("model.safetensors");
    byte[] whole = Files.readAllBytes(path);
    assertThat(read(folder)).isEqualTo("read");
    assertBoth(
        FuzzRounds.run(
            "safetensors",
            1500,
            random -> {
              write(path, damaged(whole, whole.length, random));
              return read(folder);
            }));
  }

  /** What is not refused is loaded and runs a few tokens. */
  @Test
  void configJson() throws IOException {
    SafetensorsWriter.directory(folder, new RandomCheckpoint(config(), 5), TensorType.F32, 1);
    Files.writeString(folder.resolve("tokenizer.json"), "{}");
    Path path = folder.resolve("config.json");
    JsonNode whole = JSON.readTree(path.toFile());
    List<String> keys = new ArrayList<>(KEYS);
    whole.fieldNames().forEachRemaining(keys::add);
    assertBoth(
        FuzzRounds.run(
            "config.json",
            400,
            random -> {
              ObjectNode root = whole.deepCopy();
              for (int changes = 1 + random.nextInt(2); changes > 0; changes--) {
                root.set(
                    keys.get(random.nextInt(keys.size())),
                    json(VALUES.get(random.nextInt(VALUES.size()))));
              }
              write(path, root.toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
              String outcome = read(folder);
              if (outcome.equals("read")) {
                run(random);
              }
              return outcome;
            }));
  }

  private static JsonNode json(String value) {
    try {
      return JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(Random random) {
    try (Checkpoint checkpoint = Checkpoints.open(folder)) {
      ModelLayout layout =
          new ModelLayout(List.of(Device.cpu()), TensorType.F32, MatrixFormat.PLAIN, false, false);
      ModelLimits limits =
          new ModelLimits(1, Math.min(64, checkpoint.config().maxPositionEmbeddings()), 1);
      try (LanguageModel model = TestModels.load(checkpoint, layout, limits)) {
        int vocabulary = checkpoint.config().vocabularySize();
        float[] logits =
            ForwardContract.logits(
                model, random.ints(3, 0, vocabulary).toArray(), new int[] {3}, new int[] {0});
        assertThat(logits).hasSize(vocabulary);
      }
    }
  }
}
