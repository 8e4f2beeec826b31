package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.RowOrder;
import io.pinion.model.checkpoint.TokenizerData;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A directory in Hugging Face's layout as a checkpoint: {@code config.json}, safetensors in one
 * file or several, {@code tokenizer.json}, and if they exist {@code generation_config.json}, {@code
 * tokenizer_config.json}, {@code special_tokens_map.json} and {@code chat_template.jinja}.
 */
public final class HuggingFaceCheckpoint implements Checkpoint {
  /** Extensions of all files that may be read. */
  public static final List<String> ENDINGS = List.of(".safetensors", ".json", ".jinja");

  private static final List<String> SPECIAL_TOKENS =
      List.of("bos_token", "eos_token", "unk_token", "pad_token");

  private final Path directory;
  private final SafetensorsShards shards;
  private final ModelConfig config;

  private HuggingFaceCheckpoint(Path directory, SafetensorsShards shards, ModelConfig config) {
    this.directory = directory;
    this.shards = shards;
    this.config = config;
  }

  /** Whether a directory has this layout. */
  public static boolean isOne(Path directory) {
    return Files.exists(directory.resolve("config.json"));
  }

  /**
   * Opens a directory and reads its configuration and the headers of its weights.
   *
   * @throws ModelException if a file is missing or damaged, or requires an unsupported feature
   */
  public static HuggingFaceCheckpoint open(Path directory) {
    SafetensorsShards shards = SafetensorsShards.open(directory);
    try {
      JsonNode generation = optional(directory.resolve("generation_config.json"));
      ModelConfig config = ConfigJson.read(directory.resolve("config.json"), generation, shards);
      return new HuggingFaceCheckpoint(directory, shards, config);
    } catch (RuntimeException | Error e) {
      shards.close();
      throw e;
    }
  }

  private static JsonNode optional(Path path) {
    return Files.exists(path) ? JsonFile.read(path) : JsonNodeFactory.instance.objectNode();
  }

  @Override
  public String origin() {
    return directory.toString();
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public long parameters() {
    return shards.parameters();
  }

  @Override
  public Set<String> tensors() {
    Set<String> names = new TreeSet<>(shards.names());
    names.removeIf(name -> DecoderFamilies.of(config).configures(name));
    return names;
  }

  @Override
  public String tensor(String weight) {
    return stored(weight).name();
  }

  @Override
  public Optional<Weight> weight(String name) {
    StoredTensor stored = stored(name);
    return Optional.ofNullable(shards.place(stored.name()))
        .map(place -> RowOrder.weight(name, whole(stored.name(), place), stored));
  }

  private Weight whole(String name, SafetensorsShards.Place place) {
    List<Long> shape = place.tensor().shape();
    if (shape.isEmpty() || shape.size() > 2) {
      throw new ModelException(
          "weight "
              + name
              + " of "
              + directory
              + " has shape "
              + shape
              + ", which is neither a vector nor a matrix");
    }
    boolean vector = shape.size() == 1;
    return new Weight(
        name, vector ? 1 : shape.get(0), shape.get(shape.size() - 1), vector, type(name, place));
  }

  private TensorType type(String name, SafetensorsShards.Place place) {
    return switch (place.tensor().type()) {
      case "F32" -> TensorType.F32;
      case "F16" -> TensorType.F16;
      case "BF16" -> TensorType.BF16;
      default ->
          throw new ModelException(
              "weight "
                  + name
                  + " of "
                  + directory
                  + " is stored as "
                  + place.tensor().type()
                  + "; supported in safetensors are F32, F16 and BF16");
    };
  }

  @Override
  public ByteBuffer rows(Weight weight, long from, long to) {
    StoredTensor stored = stored(weight.name());
    SafetensorsShards.Place place = shards.place(stored.name());
    if (stored.storedRow() != null) {
      ByteBuffer all = place.file().bytes(place.tensor(), 0, place.tensor().bytes());
      return RowOrder.gather(weight, stored, all, from, to, "directory " + directory);
    }
    long rowBytes = weight.columns() * weight.type().blockBytes();
    return place.file().bytes(place.tensor(), from * rowBytes, (to - from) * rowBytes);
  }

  private StoredTensor stored(String name) {
    return DecoderFamilies.of(config).inSafetensors(name, config);
  }

  @Override
  public TokenizerData tokenizer() {
    Path path = directory.resolve("tokenizer.json");
    if (!Files.exists(path)) {
      throw new ModelException(
          "directory "
              + directory
              + " holds no tokenizer.json. Write one with AutoTokenizer.from_pretrained(...)"
              + ".save_pretrained(...) from transformers");
    }
    return new TokenizerData.Json(JsonFile.text(path), path.toString());
  }

  @Override
  public Map<String, String> specialTokens() {
    Map<String, String> texts = new HashMap<>();
    for (String file : List.of("special_tokens_map.json", "tokenizer_config.json")) {
      JsonNode node = optional(directory.resolve(file));
      for (String token : SPECIAL_TOKENS) {
        JsonNode value =
            node.path(token).isObject() ? node.path(token).path("content") : node.path(token);
        if (value.isTextual()) {
          texts.put(token, value.asText());
        }
      }
    }
    return texts;
  }

  @Override
  public Optional<String> chatTemplate() {
    Path file = directory.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return Optional.of(JsonFile.text(file));
    }
    JsonNode template = optional(directory.resolve("chat_template.json")).path("chat_template");
    if (!template.isTextual()) {
      template = optional(directory.resolve("tokenizer_config.json")).path("chat_template");
    }
    for (JsonNode named : template) {
      if (named.path("name").asText().equals("default")) {
        return Optional.of(named.path("template").asText());
      }
    }
    return template.isTextual() ? Optional.of(template.asText()) : Optional.empty();
  }

  @Override
  public void close() {
    shards.close();
  }
}
