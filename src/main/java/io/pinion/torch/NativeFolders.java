package io.pinion.torch;

import ai.djl.util.Utils;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Tells whether native libraries can be loaded from the folders that they are unpacked to. From a
 * file system that is mounted with {@code noexec}, as {@code /tmp} often is, the loader fails with
 * an error that names no remedy. Thread-safe.
 */
public final class NativeFolders {
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");
  private static final int POINT = 4;
  private static final int OPTIONS = 5;

  private final Path mounts;

  /**
   * @param mounts the system's list of mounts, {@code /proc/self/mountinfo}
   */
  NativeFolders(Path mounts) {
    this.mounts = mounts;
  }

  /** What is wrong with this machine's folders, in a sentence; empty if nothing is. */
  public static Optional<String> problem() {
    Map<Path, String> remedies = new LinkedHashMap<>();
    if (System.getProperty("jnidispatch.path") == null) {
      remedies.put(
          jna(System.getProperties().getProperty("jna.tmpdir"), System.getenv()),
          "the Java option -Djna.tmpdir=FOLDER (spark.driver.extraJavaOptions,"
              + " spark.executor.extraJavaOptions)");
    }
    String cache =
        "the environment variable DJL_CACHE_DIR (for executors spark.executorEnv.DJL_CACHE_DIR)";
    if (System.getenv("PYTORCH_LIBRARY_PATH") == null) {
      remedies.put(Utils.getEngineCacheDir("pytorch"), cache);
    }
    remedies.put(Utils.getEngineCacheDir("tokenizers"), cache);
    return new NativeFolders(Path.of("/proc/self/mountinfo")).problem(remedies);
  }

  /** The folder that JNA unpacks its library to. */
  static Path jna(String setting, Map<String, String> environment) {
    if (setting != null) {
      return Path.of(setting);
    }
    String home = System.getProperty("user.home");
    String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path inCache = (cache.isBlank() ? Path.of(home, ".cache") : Path.of(cache)).resolve("JNA/temp");
    Path there = existing(inCache);
    return Files.isDirectory(there) && Files.isWritable(there)
        ? inCache
        : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /**
   * The first problem of some folders.
   *
   * @param remedies by folder, the setting that names another one
   */
  Optional<String> problem(Map<Path, String> remedies) {
    List<String[]> lines = mounts();
    return remedies.entrySet().stream()
        .filter(entry -> noexec(existing(entry.getKey()), lines))
        .findFirst()
        .map(
            entry ->
                "native libraries cannot run from "
                    + entry.getKey()
                    + ", which is on a file system mounted with noexec: name a folder where programs"
                    + " may run by "
                    + entry.getValue());
  }

  private List<String[]> mounts() {
    if (!Files.isReadable(mounts)) {
      return List.of();
    }
    try (Stream<String> lines = Files.lines(mounts)) {
      return new ArrayList<>(
          lines.map(line -> line.split(" ")).filter(fields -> fields.length > OPTIONS).toList());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot read " + mounts, e);
    }
  }

  /** Whether the mount that a folder is on, the last of the innermost ones, forbids programs. */
  private static boolean noexec(Path folder, List<String[]> lines) {
    int depth = -1;
    boolean forbids = false;
    for (String[] fields : lines) {
      Path point = Path.of(unescaped(fields[POINT]));
      if (folder.startsWith(point) && point.getNameCount() >= depth) {
        depth = point.getNameCount();
        forbids = List.of(fields[OPTIONS].split(",")).contains("noexec");
      }
    }
    return forbids;
  }

  /** Blanks and the like are written as three octal digits. */
  private static String unescaped(String text) {
    return OCTAL
        .matcher(text)
        .replaceAll(
            octal ->
                java.util.regex.Matcher.quoteReplacement(
                    Character.toString(Integer.parseInt(octal.group(1), 8))));
  }

  /** The folder, or the innermost one above it that exists, without symbolic links. */
  private static Path existing(Path folder) {
    Path path = folder.toAbsolutePath();
    while (path.getParent() != null && !Files.exists(path)) {
      path = path.getParent();
    }
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("cannot resolve " + path, e);
    }
  }
}
