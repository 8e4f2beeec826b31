package io.pinion.engine;

import io.pinion.model.ModelException;
import io.pinion.model.runtime.Checkpoints;
import io.pinion.setting.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** Tells models apart by what is in their files, wherever they are. Thread-safe. */
public final class ModelDigests {
  private static final int BUFFER = 1 << 20;

  private ModelDigests() {}

  /**
   * The SHA-256 of each file of a model, in hexadecimal digits, by the file's name. Reads all of
   * them, several at a time.
   *
   * @throws ModelException if the model is missing or cannot be read
   */
  public static Map<String, String> of(ModelOptions options) {
    List<Path> files = Checkpoints.files(options.path());
    Map<String, String> digests = new ConcurrentHashMap<>();
    files.parallelStream().forEach(file -> digests.put(file.getFileName().toString(), of(file)));
    return new TreeMap<>(digests);
  }

  private static String of(Path file) {
    try (InputStream stream = Files.newInputStream(file)) {
      MessageDigest digest = Sha256.begin();
      byte[] buffer = new byte[BUFFER];
      for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
        digest.update(buffer, 0, read);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new ModelException("cannot read " + file + ": " + e, e);
    }
  }
}
