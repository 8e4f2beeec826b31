package io.pinion.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * The folder where DJL unpacks native libraries, which the process then runs. It is {@code
 * ~/.djl.ai}, or {@code DJL_CACHE_DIR}. Where there is no home that can be written, DJL would take
 * a name in the folder for temporary files that anyone could have made before; this takes one that
 * belongs to the user.
 */
public final class NativeCache {
  private static final String SETTING = "DJL_CACHE_DIR";
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private NativeCache() {}

  /**
   * Makes the folder, for the user alone, unless it is there or a setting names another. Called
   * before a native library is loaded.
   *
   * @throws UncheckedIOException if the folder cannot be made
   */
  public static void makePrivate() {
    if (System.getenv(SETTING) != null || System.getProperty(SETTING) != null) {
      return;
    }
    Path home = Path.of(System.getProperty("user.home"));
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
    try {
      System.setProperty(SETTING, folder(home, temporary).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(
          "no folder for native libraries can be made in " + home + " or " + temporary, e);
    }
  }

  static Path folder(Path home, Path temporary) throws IOException {
    if (!Files.isWritable(home)) {
      return Files.createTempDirectory(temporary, "pinion-native-");
    }
    Path folder = home.resolve(".djl.ai");
    if (!Files.exists(folder)) {
      Files.createDirectories(folder, PRIVATE);
    }
    return folder;
  }
}
