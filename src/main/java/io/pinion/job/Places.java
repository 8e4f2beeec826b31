package io.pinion.job;

import io.pinion.spark.column.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/** Resolves paths, so that two spellings of one place are equal. */
final class Places {
  private static final String SCHEME = "file";

  /** How many links may lead to a path, as in Linux. */
  private static final int MOST_LINKS = 40;

  private Places() {}

  /**
   * A path with its file system, absolute, and with the links of the part that exists resolved.
   *
   * @throws IOException if the file system cannot be asked
   */
  static org.apache.hadoop.fs.Path resolved(
      org.apache.hadoop.fs.Path path, Configuration configuration) throws IOException {
    FileSystem files = path.getFileSystem(configuration);
    org.apache.hadoop.fs.Path whole = files.makeQualified(path);
    if (isLocal(whole)) {
      Path real = real(Path.of(whole.toUri().getPath()));
      return files.makeQualified(new org.apache.hadoop.fs.Path(SCHEME, null, real.toString()));
    }
    return files.exists(whole) ? files.resolvePath(whole) : whole;
  }

  /**
   * A local path, absolute, and with all links resolved, also those to what does not exist.
   *
   * @throws IOException if a link leads back to itself
   */
  static Path real(Path path) throws IOException {
    Path there = path.toAbsolutePath();
    Deque<Path> rest = new ArrayDeque<>();
    int links = 0;
    while (!Files.exists(there) && there.getParent() != null) {
      if (!Files.isSymbolicLink(there)) {
        rest.push(there.getFileName());
        there = there.getParent();
      } else if (++links > MOST_LINKS) {
        throw new IOException("the link " + there + " leads back to itself");
      } else {
        there = there.resolveSibling(Files.readSymbolicLink(there));
      }
    }
    Path real = there.toRealPath();
    for (Path name : rest) {
      real = real.resolve(name);
    }
    return real.normalize();
  }

  /** Whether a local path is the root of a file system, which cannot be renamed. */
  static boolean isMountPoint(org.apache.hadoop.fs.Path path) throws IOException {
    if (!isLocal(path)) {
      return false;
    }
    Path local = Path.of(path.toUri().getPath());
    return Files.exists(local)
        && (local.getParent() == null
            || !Files.getFileStore(local).equals(Files.getFileStore(local.getParent())));
  }

  /** Whether a place is another or lies in it. Both must be resolved. */
  static boolean covers(org.apache.hadoop.fs.Path outer, org.apache.hadoop.fs.Path inner) {
    String folder = outer.toString();
    return folder.equals(inner.toString())
        || inner.toString().startsWith(folder.endsWith("/") ? folder : folder + "/");
  }

  /** A path as a pattern that matches it alone; Spark takes the paths it reads for patterns. */
  static String literal(org.apache.hadoop.fs.Path path) {
    return Names.literal(path.toString());
  }

  private static boolean isLocal(org.apache.hadoop.fs.Path path) {
    return SCHEME.equals(path.toUri().getScheme());
  }
}
