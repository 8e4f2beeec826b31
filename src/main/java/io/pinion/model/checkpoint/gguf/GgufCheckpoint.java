package io.pinion.model.checkpoint.gguf;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.architecture.DecoderFamilies;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.RowOrder;
import io.pinion.model.checkpoint.TokenizerData;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A GGUF file as a checkpoint. The model's family defines which tensor contains a weight, and in
 * which row order.
 */
public final class GgufCheckpoint implements Checkpoint {
  private final GgufFile file;
  private final ModelConfig config;

  private GgufCheckpoint(GgufFile file, ModelConfig config) {
    this.file = file;
    this.config = config;
  }

  /** Opens a file and reads its header; see {@link GgufFile#open} and {@link GgufMetadata#read}. */
  public static GgufCheckpoint open(Path path) {
    GgufFile file = GgufFile.open(path);
    try {
      return new GgufCheckpoint(file, GgufMetadata.read(file));
    } catch (RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  @Override
  public String origin() {
    return file.path().toString();
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public long parameters() {
    return file.tensors().values().stream()
        .mapToLong(tensor -> Arrays.stream(tensor.shape()).reduce(1, Math::multiplyExact))
        .sum();
  }

  @Override
  public Set<String> tensors() {
    Set<String> names = new TreeSet<>(file.tensors().keySet());
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
    return Optional.ofNullable(file.tensors().get(stored.name()))
        .map(tensor -> RowOrder.weight(name, whole(tensor), stored));
  }

  private static Weight whole(GgufFile.Tensor tensor) {
    long[] shape = tensor.shape();
    long rows = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
    return new Weight(tensor.name(), rows, shape[0], shape.length == 1, tensor.type());
  }

  @Override
  public ByteBuffer rows(Weight weight, long from, long to) {
    StoredTensor stored = stored(weight.name());
    GgufFile.Tensor tensor = file.tensors().get(stored.name());
    if (stored.storedRow() != null) {
      ByteBuffer all = file.bytes(tensor, 0, tensor.bytes());
      return RowOrder.gather(weight, stored, all, from, to, "GGUF file " + file.path());
    }
    long rowBytes = tensor.bytes() / weight.rows();
    return file.bytes(tensor, from * rowBytes, (to - from) * rowBytes);
  }

  private StoredTensor stored(String name) {
    return DecoderFamilies.of(config).inGguf(name, config);
  }

  @Override
  public TokenizerData tokenizer() {
    if (!file.metadata().containsKey("tokenizer.ggml.tokens")) {
      throw new ModelException(
          "GGUF file " + file.path() + " holds no tokenizer (tokenizer.ggml.tokens)");
    }
    return new TokenizerData.Gguf(file.metadata(), file.path().toString());
  }

  @Override
  public Map<String, String> specialTokens() {
    Map<String, String> texts = new HashMap<>();
    Map<String, String> keys =
        Map.of(
            "bos_token", "bos_token_id",
            "eos_token", "eos_token_id",
            "unk_token", "unknown_token_id",
            "pad_token", "padding_token_id");
    keys.forEach((name, key) -> tokenText(key).ifPresent(text -> texts.put(name, text)));
    return texts;
  }

  private Optional<String> tokenText(String key) {
    Object id = file.metadata().get("tokenizer.ggml." + key);
    Object tokens = file.metadata().get("tokenizer.ggml.tokens");
    if (id instanceof Number number
        && tokens instanceof List<?> list
        && number.longValue() >= 0
        && number.longValue() < list.size()) {
      return Optional.of(list.get(number.intValue()).toString());
    }
    return Optional.empty();
  }

  @Override
  public Optional<String> chatTemplate() {
    return Optional.ofNullable(file.metadata().get("tokenizer.chat_template"))
        .map(Object::toString);
  }

  @Override
  public void close() {
    file.close();
  }
}
