package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.ModelConfig;
import io.pinion.model.architecture.ConfigKeys;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.ModelHeader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Hugging Face's {@code config.json} and tensor list, in the form that families read. */
final class ConfigJson implements ModelHeader {
  private static final List<String> GENERATORS =
      List.of("ForCausalLM", "LMHeadModel", "ForConditionalGeneration");

  private final String architecture;
  private final ConfigKeys keys;
  private final ConfigKeys generation;
  private final SafetensorsShards shards;

  private ConfigJson(
      String architecture, ConfigKeys keys, ConfigKeys generation, SafetensorsShards shards) {
    this.architecture = architecture;
    this.keys = keys;
    this.generation = generation;
    this.shards = shards;
  }

  /**
   * Reads the model's configuration.
   *
   * @param generation the {@code generation_config.json}, or an empty object
   * @throws io.pinion.model.ModelException for an unknown architecture, or a missing, wrong or
   *     unsupported key
   */
  static ModelConfig read(Path path, JsonNode generation, SafetensorsShards shards) {
    JsonNode root = JsonFile.read(path);
    String architecture = root.path("model_type").asText();
    DecoderFamily family = DecoderFamilies.of(architecture, path + " has model_type");
    ConfigKeys keys = keys(root, path);
    refuseQuantized(root, keys);
    refuseEncoders(root, keys);
    return family.readConfigJson(
        new ConfigJson(architecture, keys, keys(generation, path), shards));
  }

  private static ConfigKeys keys(JsonNode object, Path path) {
    return new ConfigKeys(JsonFile.map(object), "", path.toString());
  }

  private static void refuseQuantized(JsonNode root, ConfigKeys keys) {
    JsonNode quantization = root.path("quantization_config");
    if (quantization.isObject()) {
      throw keys.fault(
          "describes quantized weights ("
              + quantization.path("quant_method").asText("unknown method")
              + "), which Pinion cannot read from safetensors: use the model's bf16 weights, or"
              + " its GGUF file");
    }
  }

  /** Refuses models that are made to embed or classify texts, not to generate them. */
  private static void refuseEncoders(JsonNode root, ConfigKeys keys) {
    JsonNode architectures = root.path("architectures");
    boolean generates = architectures.isEmpty();
    for (JsonNode name : architectures) {
      generates |= GENERATORS.stream().anyMatch(name.asText()::endsWith);
    }
    if (!generates) {
      throw keys.fault(
          "has architectures "
              + architectures
              + ", which embed or classify texts and cannot generate any; a generator's name ends"
              + " in ForCausalLM");
    }
    if (!keys.flag("is_causal", true) || keys.flag("use_bidirectional_attention", false)) {
      throw keys.fault(
          "asks for attention in both directions (is_causal, use_bidirectional_attention): it is an"
              + " encoder and cannot generate texts");
    }
    if (keys.flag("is_encoder_decoder", false)) {
      throw keys.fault("has is_encoder_decoder true; Pinion runs decoders alone");
    }
  }

  @Override
  public String architecture() {
    return architecture;
  }

  @Override
  public ConfigKeys keys() {
    return keys;
  }

  @Override
  public int tensors() {
    return shards.names().size();
  }

  @Override
  public Optional<List<Long>> shape(String tensor) {
    return Optional.ofNullable(shards.place(tensor)).map(place -> place.tensor().shape());
  }

  @Override
  public Optional<float[]> numbers(String tensor, int count) {
    SafetensorsShards.Place place = shards.place(tensor);
    if (place == null
        || !place.tensor().type().equals("F32")
        || place.tensor().bytes() != (long) count * Float.BYTES) {
      return Optional.empty();
    }
    ByteBuffer bytes = place.file().bytes(place.tensor(), 0, place.tensor().bytes());
    float[] numbers = new float[count];
    bytes.asFloatBuffer().get(numbers);
    return Optional.of(numbers);
  }

  @Override
  public int bosTokenId() {
    return keys.tokens("bos_token_id").stream().findFirst().orElse(-1);
  }

  /** The end tokens of {@code generation_config.json} come before those of the model. */
  @Override
  public List<Integer> eosTokenIds() {
    Set<Integer> ids = new LinkedHashSet<>(generation.tokens("eos_token_id"));
    ids.addAll(keys.tokens("eos_token_id"));
    return List.copyOf(ids);
  }
}
