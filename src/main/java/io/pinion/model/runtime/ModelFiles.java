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
 * The files of a model as they lie on disk at one time. Two that are equal hold the same model; a
 * file that was replaced or written over makes another one. The contents are not read.
 *
 * @param files all that is read of the model, in the order of their names
 */
public record ModelFiles(List<ModelFile> files) {

  /**
   * A file and what changes with its contents.
   *
   * @param path without links
   * @param key the file system's own name for the file; {@code null} where it has none
   */
  public record ModelFile(Path path, Object key, long bytes, FileTime modified) {}

  public ModelFiles {
    files = List.copyOf(files);
  }

  /**
   * Looks at the files of a model.
   *
   * @param model what {@link Checkpoints#open} takes
   * @throws ModelException where there is no model, or its files cannot be looked at
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
        throw new ModelException("cannot look at " + path + ": " + e, e);
      }
    }
    return new ModelFiles(files);
  }
}
