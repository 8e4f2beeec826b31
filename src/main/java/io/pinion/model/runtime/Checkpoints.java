package io.pinion.model.runtime;

import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.gguf.GgufCheckpoint;
import io.pinion.model.checkpoint.huggingface.HuggingFaceCheckpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Opens a model on local disk, whatever its format. */
public final class Checkpoints {
  private Checkpoints() {}

  /**
   * Opens a GGUF file, a directory in Hugging Face's layout, or one that holds exactly one GGUF
   * file.
   *
   * @throws ModelException where there is no model, saying what was looked for
   */
  public static Checkpoint open(Path path) {
    if (!Files.exists(path)) {
      throw new ModelException("model " + path + " does not exist");
    }
    if (!Files.isDirectory(path)) {
      return GgufCheckpoint.open(path);
    }
    if (HuggingFaceCheckpoint.isOne(path)) {
      return HuggingFaceCheckpoint.open(path);
    }
    List<Path> files = ggufFiles(path);
    if (files.size() != 1) {
      throw new ModelException(
          "directory "
              + path
              + " holds no config.json, and "
              + files.size()
              + " GGUF files where one is expected");
    }
    return GgufCheckpoint.open(files.get(0));
  }

  private static List<Path> ggufFiles(Path directory) {
    try (var entries = Files.list(directory)) {
      return entries.filter(entry -> entry.toString().endsWith(".gguf")).sorted().toList();
    } catch (IOException e) {
      throw new ModelException("cannot list " + directory, e);
    }
  }
}
