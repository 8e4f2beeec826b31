package io.pinion.job.resume;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import org.apache.hadoop.fs.ChecksumFileSystem;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileContext;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;

/** Small files of JSON on any file system, each complete or not there. Thread-safe. */
final class JsonFiles {
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private JsonFiles() {}

  /** Replaces a file. */
  static void write(FileSystem files, Path file, Object value) throws IOException {
    FileSystem raw = raw(files);
    String suffix = UUID.randomUUID().toString().substring(0, 8);
    Path fresh = new Path(file.getParent(), "." + file.getName() + "." + suffix);
    try (OutputStream out = raw.create(fresh, true)) {
      out.write(JSON.writeValueAsBytes(value));
    }
    if (raw instanceof RawLocalFileSystem local) {
      Files.move(
          local.pathToFile(fresh).toPath(),
          local.pathToFile(file).toPath(),
          StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    try {
      FileContext.getFileContext(raw.getUri(), raw.getConf())
          .rename(fresh, file, Options.Rename.OVERWRITE);
    } catch (UnsupportedFileSystemException e) {
      // Such file systems are object stores, where a file appears when it is complete.
      try (OutputStream out = raw.create(file, true)) {
        out.write(JSON.writeValueAsBytes(value));
      }
      raw.delete(fresh, false);
    }
  }

  /**
   * Without checksums, which are files of their own: a file could not be replaced together with its
   * checksum.
   */
  private static FileSystem raw(FileSystem files) {
    return files instanceof ChecksumFileSystem checked ? checked.getRawFileSystem() : files;
  }

  /** Makes a file if there is none. Returns whether there was none. */
  static boolean create(FileSystem files, Path file, Object value) throws IOException {
    if (files.exists(file)) {
      return false;
    }
    try (OutputStream out = raw(files).create(file, false)) {
      out.write(JSON.writeValueAsBytes(value));
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    }
  }

  /** What a file says; {@code null} if it is not there. */
  static <T> T read(FileSystem files, Path file, Class<T> type) throws IOException {
    try (InputStream in = raw(files).open(file)) {
      return JSON.readValue(in, type);
    } catch (FileNotFoundException e) {
      return null;
    }
  }
}
