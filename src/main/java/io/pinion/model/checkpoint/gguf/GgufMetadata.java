package io.pinion.model.checkpoint.gguf;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.architecture.ConfigKeys;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.DecoderFamily;
import io.pinion.model.architecture.ModelHeader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The header of a GGUF file, metadata and tensor list, in the form that families read. */
final class GgufMetadata implements ModelHeader {
  /** Values that converters write, signed or unsigned, if a model has no such token. */
  private static final List<Double> NO_TOKEN = List.of(-1.0, (double) 0xffffffffL);

  private final GgufFile file;
  private final String architecture;
  private final ConfigKeys keys;
  private final ConfigKeys tokenizer;

  private GgufMetadata(GgufFile file, String architecture) {
    this.file = file;
    this.architecture = architecture;
    this.keys = keys(file, architecture + ".");
    this.tokenizer = keys(file, "tokenizer.ggml.");
  }

  private static ConfigKeys keys(GgufFile file, String prefix) {
    return new ConfigKeys(file.metadata(), prefix, "GGUF file " + file.path());
  }

  /**
   * Reads the model's configuration.
   *
   * @throws ModelException for an unknown architecture, a missing key or an impossible value
   */
  static ModelConfig read(GgufFile file) {
    refuseParts(file);
    Object name = file.metadata().get("general.architecture");
    if (name == null) {
      throw new ModelException("GGUF file " + file.path() + " lacks the key general.architecture");
    }
    DecoderFamily family =
        DecoderFamilies.of(name, "GGUF file " + file.path() + " has architecture");
    GgufMetadata metadata = new GgufMetadata(file, name.toString());
    metadata.refuseEncoders();
    return family.readGguf(metadata);
  }

  /** Refuses files that hold a part of a model, or something to be added to one. */
  private static void refuseParts(GgufFile file) {
    ConfigKeys all = keys(file, "");
    int parts = all.count("split.count", 0);
    if (parts > 1) {
      throw all.fault(
          "is part "
              + (all.count("split.no", 0) + 1)
              + " of "
              + parts
              + " of a split model. Merge the parts first: llama-gguf-split --merge FIRST-PART"
              + " OUT.gguf (of llama.cpp)");
    }
    String type = all.text("general.type").orElse("model");
    if (!type.equals("model")) {
      throw all.fault(
          "holds no model but something of type " + type + " (general.type), which adds to one");
    }
  }

  /** Refuses models that are made to embed or classify texts, not to generate them. */
  private void refuseEncoders() {
    int pooling = keys.count("pooling_type", 0);
    if (pooling != 0) {
      throw keys.fault(
          "has key "
              + architecture
              + ".pooling_type with value "
              + pooling
              + ": it embeds or ranks texts and cannot generate any");
    }
    if (!keys.flag("attention.causal", true)) {
      throw keys.fault(
          "has key "
              + architecture
              + ".attention.causal with value false: it is an encoder and cannot generate texts");
    }
    int experts = keys.count("expert_count", 0);
    if (experts > 0) {
      throw keys.fault("is a mixture of " + experts + " experts, which Pinion cannot run");
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
    return file.tensors().size();
  }

  @Override
  public Optional<List<Long>> shape(String tensor) {
    return Optional.ofNullable(file.tensors().get(tensor))
        .map(
            found -> {
              List<Long> shape = new ArrayList<>();
              for (long size : found.shape()) {
                shape.add(size);
              }
              Collections.reverse(shape);
              return shape;
            });
  }

  @Override
  public Optional<float[]> numbers(String tensor, int count) {
    GgufFile.Tensor found = file.tensors().get(tensor);
    if (found == null
        || found.type() != TensorType.F32
        || found.bytes() != (long) count * Float.BYTES) {
      return Optional.empty();
    }
    float[] numbers = new float[count];
    file.bytes(found, 0, found.bytes()).asFloatBuffer().get(numbers);
    return Optional.of(numbers);
  }

  @Override
  public int bosTokenId() {
    return token("bos_token_id").orElse(-1);
  }

  @Override
  public List<Integer> eosTokenIds() {
    return Stream.of("eos_token_id", "eot_token_id")
        .flatMap(key -> token(key).stream())
        .distinct()
        .toList();
  }

  private Optional<Integer> token(String key) {
    double id = tokenizer.number(key, -1);
    if (NO_TOKEN.contains(id)) {
      return Optional.empty();
    }
    if (!(id >= 0 && id < vocabularySize() && id == Math.rint(id))) {
      throw tokenizer.impossible(key, file.metadata().get("tokenizer.ggml." + key));
    }
    return Optional.of((int) id);
  }

  private long vocabularySize() {
    return shape("token_embd.weight").map(shape -> shape.get(0)).orElse(0L);
  }
}
