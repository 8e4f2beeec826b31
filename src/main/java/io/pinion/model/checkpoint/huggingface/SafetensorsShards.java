package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.ModelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tensors of a model, in one safetensors file or in several with an index. */
final class SafetensorsShards implements AutoCloseable {
  private static final String SINGLE = "model.safetensors";
  private static final String INDEX = "model.safetensors.index.json";

  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, Place> places = new HashMap<>();

  /** A tensor and its file. */
  record Place(SafetensorsFile file, SafetensorsFile.Tensor tensor) {}

  /** No tensors. */
  SafetensorsShards() {}

  /**
   * Opens the safetensors files of a directory.
   *
   * @throws ModelException if there are none, or a shard is missing or damaged
   */
  static SafetensorsShards open(Path directory) {
    SafetensorsShards shards = new SafetensorsShards();
    try {
      if (Files.exists(directory.resolve(SINGLE))) {
        shards.add(directory.resolve(SINGLE));
      } else if (Files.exists(directory.resolve(INDEX))) {
        shards.addIndexed(directory);
      } else {
        throw new ModelException(
            "directory "
                + directory
                + " holds neither "
                + SINGLE
                + " nor "
                + INDEX
                + ": Pinion reads safetensors and GGUF, and never a pickle (*.bin, *.pt)");
      }
      return shards;
    } catch (RuntimeException | Error e) {
      shards.close();
      throw e;
    }
  }

  private void add(Path path) {
    SafetensorsFile file = SafetensorsFile.open(path);
    files.add(file);
    file.tensors().forEach((name, tensor) -> places.put(name, new Place(file, tensor)));
  }

  private void addIndexed(Path directory) {
    Path index = directory.resolve(INDEX);
    JsonNode map = JsonFile.read(index).path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new ModelException(index + " has no weight_map");
    }
    TreeSet<String> names = new TreeSet<>();
    map.forEach(file -> names.add(file.asText()));
    for (String name : names) {
      if (!name.endsWith(".safetensors") || name.contains("/") || name.contains("\\")) {
        throw new ModelException(
            index + " names '" + name + "', which is not a safetensors file in the same directory");
      }
      if (!Files.exists(directory.resolve(name))) {
        throw new ModelException(
            index + " names " + name + ", which does not exist. Download the model again");
      }
      add(directory.resolve(name));
    }
    map.properties().forEach(entry -> check(index, entry.getKey(), entry.getValue().asText()));
  }

  private void check(Path index, String tensor, String file) {
    Place place = places.get(tensor);
    if (place == null || !place.file().path().getFileName().toString().equals(file)) {
      throw new ModelException(
          index + " says that tensor " + tensor + " is in " + file + ", but it is not");
    }
  }

  /** Total number of elements of all tensors. */
  long parameters() {
    return places.values().stream()
        .mapToLong(place -> place.tensor().shape().stream().reduce(1L, Math::multiplyExact))
        .sum();
  }

  /** The names of all tensors. */
  Set<String> names() {
    return places.keySet();
  }

  /** Location of a tensor; {@code null} if the model has none of that name. */
  Place place(String name) {
    return places.get(name);
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
