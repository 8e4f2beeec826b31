package io.pinion.model.runtime;

import io.pinion.model.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;

/**
 * Identifies the files of a model on disk at one time. Equal instances mean the same model; they
 * differ once a file is replaced or overwritten. The contents are not read.
 *
 * @param files all files of the model that may be read, sorted by name
 */
public record ModelFiles(List<ModelFile> files) {

  /**
   * A file and the attributes that change with its contents.
   *
   * @param path with symbolic links resolved
   * @param key the file system's identifier for the file; {@code null} if it has none
   */
  public record ModelFile(Path path, Object key, long bytes, FileTime modified) {}

  public ModelFiles {
    files = List.copyOf(files);
  }

  /**
   * Reads the attributes of a model's files.
   *
   * @param model a path as for {@link Checkpoints#open}
   * @throws ModelException if there is no model, or attributes cannot be read
   */
  public static ModelFiles of(Path model) {
    List<ModelFile> files = new ArrayList<>();
    for (Path path : Checkpoints.files(model)) {
      try {
        Path real = path.toRealPath();
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        files.add(
            new ModelFile(
                real, attributes.fileKey(), attributes.size(), attributes.lastModifiedTime()));
      } catch (IOException e) {
        throw new ModelException("cannot read the attributes of " + path + ": " + e, e);
      }
    }
    return new ModelFiles(files);
  }
}
