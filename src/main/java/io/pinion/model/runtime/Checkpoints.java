package io.pinion.model.runtime;

import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.gguf.GgufCheckpoint;
import io.pinion.model.checkpoint.huggingface.HuggingFaceCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens a model on local disk, in any supported format. */
public final class Checkpoints {
  private static final String PART = ".*-\\d{5}-of-\\d{5}\\.gguf";

  private Checkpoints() {}

  /**
   * Opens a GGUF file, a directory in Hugging Face's layout, or a directory with exactly one GGUF
   * file.
   *
   * @throws ModelException if there is no model; the message says what was expected
   */
  public static Checkpoint open(Path path) {
    require(path);
    return Files.isDirectory(path) && HuggingFaceCheckpoint.isOne(path)
        ? HuggingFaceCheckpoint.open(path)
        : GgufCheckpoint.open(gguf(path));
  }

  /**
   * The files that {@link #open} may read: the GGUF file, or all files of a Hugging Face directory
   * with the extensions of weights and settings.
   *
   * @throws ModelException if there is no model
   */
  public static List<Path> files(Path path) {
    require(path);
    return Files.isDirectory(path) && HuggingFaceCheckpoint.isOne(path)
        ? named(path, HuggingFaceCheckpoint.ENDINGS)
        : List.of(gguf(path));
  }

  private static void require(Path path) {
    if (!Files.exists(path)) {
      throw new ModelException("model " + path + " does not exist");
    }
  }

  /** The file itself, or the only one of a directory. */
  private static Path gguf(Path path) {
    if (!Files.isDirectory(path)) {
      return path;
    }
    List<Path> files = named(path, List.of(".gguf"));
    if (files.size() != 1) {
      throw new ModelException(
          "directory "
              + path
              + " holds no config.json, and "
              + files.size()
              + " GGUF files instead of one"
              + (files.stream().anyMatch(file -> file.toString().matches(PART))
                  ? ". Some are parts of a split model: merge them first (llama-gguf-split --merge"
                      + " FIRST-PART OUT.gguf, of llama.cpp)"
                  : ""));
    }
    return files.get(0);
  }

  private static List<Path> named(Path directory, List<String> endings) {
    try (var entries = Files.list(directory)) {
      return entries
          .filter(entry -> endings.stream().anyMatch(entry.toString()::endsWith))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new ModelException("cannot list " + directory, e);
    }
  }
}
