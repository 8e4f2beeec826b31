package io.pinion.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A hidden folder for rows that are not published yet, beside the output or, if the output's parent
 * cannot be written or is another file system, inside it. Spark and Hive read no folder of such a
 * name. It is deleted when the JVM ends, unless it was kept. Not thread-safe.
 *
 * <p>To replace an output is to move the earlier one into this folder and the new one into its
 * place. If a run is cut off between the two moves, {@link #recover} undoes the first.
 */
final class StagingFolder {
  private static final String MARK = ".pinion-";
  private static final String EARLIER = "earlier";

  private final FileSystem files;
  private final Path root;
  private final Path target;
  private final boolean inside;
  private boolean moved;

  private StagingFolder(FileSystem files, Path root, Path target, boolean inside) {
    this.files = files;
    this.root = root;
    this.target = target;
    this.inside = inside;
  }

  /**
   * Makes a folder for rows that will be moved to a target.
   *
   * @throws IOException if neither the target nor its parent can be written
   */
  static StagingFolder of(Path target, Configuration configuration) throws IOException {
    FileSystem files = target.getFileSystem(configuration);
    String id = UUID.randomUUID().toString().substring(0, 8);
    Path beside = new Path(target.getParent(), "." + target.getName() + MARK + id);
    if (!Places.isMountPoint(target)) {
      try {
        return made(files, beside, target, false);
      } catch (IOException e) {
        if (!files.exists(target)) {
          throw e;
        }
      }
    }
    return made(files, new Path(target, MARK + id), target, true);
  }

  /** Makes a folder for rows that will not be moved anywhere, inside an existing one. */
  static StagingFolder within(Path parent, Configuration configuration) throws IOException {
    FileSystem files = parent.getFileSystem(configuration);
    String id = UUID.randomUUID().toString().substring(0, 8);
    return made(files, new Path(parent, MARK + id), parent, true);
  }

  private static StagingFolder made(FileSystem files, Path root, Path target, boolean inside)
      throws IOException {
    if (!files.mkdirs(root)) {
      throw new IOException("cannot make the folder " + root);
    }
    files.deleteOnExit(root);
    return new StagingFolder(files, root, target, inside);
  }

  /** Opens a folder that another run made, to do what that run was about to. */
  static StagingFolder reopen(Path root, Path target, Configuration configuration)
      throws IOException {
    boolean inside = root.getParent().equals(target);
    return new StagingFolder(target.getFileSystem(configuration), root, target, inside);
  }

  /** The folder itself. */
  Path root() {
    return root;
  }

  boolean exists() throws IOException {
    return files.exists(root);
  }

  /** A path in this folder. */
  Path path(String name) {
    return new Path(root, name);
  }

  void delete(String name) throws IOException {
    files.delete(path(name), true);
  }

  /**
   * Keeps the folder from now on, even if the JVM ends: what is noted next about its rows must stay
   * true.
   *
   * @throws IOException if the JVM is ending and has deleted it already
   */
  void hold() throws IOException {
    beginToMove();
    if (!files.exists(root)) {
      throw new IOException("the rows in " + root + " are deleted, since the application ends");
    }
  }

  /** Deletes the folder, whose rows are where they should be. */
  void delete() throws IOException {
    beginToMove();
    files.delete(root, true);
  }

  /** Replaces the target by a folder in this one, and deletes the rest. */
  void replaceTarget(String name) throws IOException {
    beginToMove();
    if (inside) {
      moveEntries(target, path(EARLIER));
      moveEntries(path(name), target);
    } else {
      if (files.exists(target)) {
        move(target, path(EARLIER));
      }
      move(path(name), target);
    }
    files.delete(root, true);
  }

  /** Moves the files of a folder in this one to the target, and deletes the rest. */
  void addToTarget(String name) throws IOException {
    beginToMove();
    moveEntries(path(name), target);
    files.delete(root, true);
  }

  /** Moves a folder in this one to a visible place, deletes the rest, and returns the place. */
  Path keep(String name) throws IOException {
    beginToMove();
    String id = root.getName().substring(root.getName().lastIndexOf('-') + 1);
    Path parent = inside ? target : target.getParent();
    String stem = inside ? "_" : target.getName() + ".";
    Path kept = new Path(parent, stem + "failed-" + id);
    move(path(name), kept);
    files.delete(root, true);
    return kept;
  }

  /** Deletes the folder, unless its rows were moved or could not be. */
  void discard() throws IOException {
    if (!moved) {
      files.delete(root, true);
      // Not before: the JVM may be ending, and this thread with it.
      files.cancelDeleteOnExit(root);
    }
  }

  /** From now on a failure must not cost the rows. */
  private void beginToMove() {
    moved = true;
    files.cancelDeleteOnExit(root);
  }

  private void moveEntries(Path from, Path to) throws IOException {
    try {
      files.mkdirs(to);
    } catch (IOException e) {
      throw new IOException(unmoved(from, to) + ": " + e.getMessage(), e);
    }
    for (FileStatus entry : files.listStatus(from)) {
      Path moved = new Path(to, entry.getPath().getName());
      boolean marker = moved.getName().equals("_SUCCESS") && files.exists(moved);
      if (marker) {
        files.delete(moved, false);
      }
      if (entry.isDirectory() && files.exists(moved)) {
        // The folder of a partition, which has files already.
        moveEntries(entry.getPath(), moved);
      } else if (!entry.getPath().getName().startsWith(MARK)) {
        move(entry.getPath(), moved);
      }
    }
  }

  private void move(Path from, Path to) throws IOException {
    boolean done;
    try {
      done = !files.exists(to) && files.rename(from, to);
    } catch (IOException e) {
      throw new IOException(unmoved(from, to) + ": " + e.getMessage(), e);
    }
    if (!done) {
      throw new IOException(unmoved(from, to));
    }
  }

  private String unmoved(Path from, Path to) {
    return "the rows are written, but cannot be moved from "
        + from
        + " to "
        + to
        + "; they stay in "
        + root
        + ", and an earlier output may be in "
        + path(EARLIER);
  }

  /**
   * Puts an earlier output back if a run was cut off while it replaced it, and finds what runs that
   * were killed left beside a target. Returns messages for the user.
   */
  static List<String> recover(Path target, Configuration configuration) throws IOException {
    List<String> messages = new ArrayList<>();
    FileSystem files = target.getFileSystem(configuration);
    Path parent = target.getParent();
    String beside = "." + target.getName() + MARK;
    FileStatus[] left =
        files.exists(parent)
            ? files.listStatus(parent, path -> path.getName().startsWith(beside))
            : new FileStatus[0];
    for (FileStatus folder : left) {
      Path earlier = new Path(folder.getPath(), EARLIER);
      if (!files.exists(target) && files.exists(earlier) && files.rename(earlier, target)) {
        messages.add(
            "put the earlier output "
                + target
                + " back, which a run that was cut off had moved to "
                + earlier);
      }
      messages.add(
          "another run writes to " + folder.getPath() + ", or was cut off: delete it if none runs");
    }
    return messages;
  }
}
