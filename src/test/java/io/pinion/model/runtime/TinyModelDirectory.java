package io.pinion.model.runtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pinion.model.FamilySettings;
import io.pinion.model.ModelConfig;
import io.pinion.model.RopeScaling;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.huggingface.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model directory as from a hub, small enough to load in no time: random weights and a tokenizer
 * with a token for each byte. Token 256 begins a text, token 257 ends it.
 */
public final class TinyModelDirectory {
  /** Renders as [role:content] for each message, then [assistant:. */
  public static final String CHAT_TEMPLATE =
      "{% for m in messages %}[{{ m['role'] }}:{{ m['content'] }}]{% endfor %}"
          + "{% if add_generation_prompt %}[assistant:{% endif %}";

  private TinyModelDirectory() {}

  /** Writes a model with four layers and a context of 128 tokens. */
  public static Path write(Path directory, long seed) throws IOException {
    return write(directory, seed, 40);
  }

  /**
   * Writes a model of any size.
   *
   * @param intermediate how wide its feed-forward layers are; each number more is 1152 bytes
   */
  public static Path write(Path directory, long seed, int intermediate) throws IOException {
    ModelConfig config =
        new ModelConfig(
            "llama",
            264,
            24,
            intermediate,
            4,
            4,
            2,
            8,
            128,
            1e-5,
            10000,
            new RopeScaling.None(),
            true,
            false,
            false,
            false,
            false,
            0,
            List.of(false, false, false, false),
            256,
            List.of(257),
            FamilySettings.NONE);
    SafetensorsWriter.directory(directory, new RandomCheckpoint(config, seed), TensorType.F32, 2);
    writeTokenizer(directory);
    return directory;
  }

  /** Writes the tokenizer and its chat template alone. */
  public static void writeTokenizer(Path directory) throws IOException {
    ObjectMapper json = new ObjectMapper();
    Files.writeString(
        directory.resolve("tokenizer.json"), json.writeValueAsString(byteTokenizer()));
    Files.writeString(
        directory.resolve("tokenizer_config.json"),
        json.writeValueAsString(
            Map.of("bos_token", "<s>", "eos_token", "</s>", "chat_template", CHAT_TEMPLATE)));
  }

  private static Map<String, Object> byteTokenizer() {
    Map<String, Integer> vocabulary = new LinkedHashMap<>();
    int stand = 256;
    for (int value = 0; value < 256; value++) {
      boolean visible =
          value >= '!' && value <= '~' || value >= 0xa1 && value <= 0xac || value >= 0xae;
      vocabulary.put(Character.toString(visible ? value : stand++), value);
    }
    Map<String, Object> byteLevel = new LinkedHashMap<>();
    byteLevel.put("type", "ByteLevel");
    byteLevel.put("add_prefix_space", false);
    byteLevel.put("trim_offsets", true);
    byteLevel.put("use_regex", false);
    Map<String, Object> model = new LinkedHashMap<>();
    model.put("type", "BPE");
    model.put("vocab", vocabulary);
    model.put("merges", List.of());
    Map<String, Object> tokenizer = new LinkedHashMap<>();
    tokenizer.put("version", "1.0");
    tokenizer.put("added_tokens", List.of(added(256, "<s>"), added(257, "</s>")));
    tokenizer.put("pre_tokenizer", byteLevel);
    tokenizer.put("decoder", byteLevel);
    tokenizer.put("model", model);
    return tokenizer;
  }

  private static Map<String, Object> added(int id, String content) {
    Map<String, Object> token = new LinkedHashMap<>();
    token.put("id", id);
    token.put("content", content);
    token.put("single_word", false);
    token.put("lstrip", false);
    token.put("rstrip", false);
    token.put("normalized", false);
    token.put("special", true);
    return token;
  }
}
