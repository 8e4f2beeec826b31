package io.pinion.spark.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.util.SerializableConfiguration;

/**
 * The folder of a ledger's pieces: {@code RUN/pPARTITION-TASK-NUMBER.parquet}. A piece has its name
 * once it is complete, and never changes. Thread-safe.
 */
public final class LedgerFolder implements Serializable {
  private static final long serialVersionUID = 1;
  private static final String PIECE = "p%06d-";
  private static final String EXTENSION = ".parquet";

  private final String path;
  private final SerializableConfiguration configuration;

  public LedgerFolder(Path path, Configuration configuration) {
    this.path = path.toString();
    this.configuration = new SerializableConfiguration(configuration);
  }

  Path path() {
    return new Path(path);
  }

  Configuration configuration() {
    return configuration.value();
  }

  FileSystem files() throws IOException {
    return path().getFileSystem(configuration());
  }

  Path run(String run) {
    return new Path(path(), run);
  }

  /** The name of a piece; names of a partition are in the order in which they are written. */
  static String name(int partition, long task, int number) {
    return PIECE.formatted(partition) + "%012d-%06d".formatted(task, number) + EXTENSION;
  }

  /** All complete pieces. Those that are written or deleted meanwhile may be among them or not. */
  public List<FileStatus> pieces() throws IOException {
    List<FileStatus> pieces = new ArrayList<>();
    for (FileStatus run : entries(path())) {
      for (FileStatus file : run.isDirectory() ? entries(run.getPath()) : new FileStatus[0]) {
        if (isPiece(file.getPath())) {
          pieces.add(file);
        }
      }
    }
    return pieces;
  }

  private FileStatus[] entries(Path folder) throws IOException {
    try {
      return files().listStatus(folder);
    } catch (FileNotFoundException e) {
      return new FileStatus[0];
    }
  }

  /** The complete pieces of a partition in a run, oldest first. */
  List<Path> pieces(String run, int partition) throws IOException {
    String prefix = PIECE.formatted(partition);
    List<Path> pieces = new ArrayList<>();
    for (FileStatus file : entries(run(run))) {
      if (file.getPath().getName().startsWith(prefix) && isPiece(file.getPath())) {
        pieces.add(file.getPath());
      }
    }
    pieces.sort(Comparator.comparing(Path::getName));
    return pieces;
  }

  private static boolean isPiece(Path path) {
    return path.getName().startsWith("p") && path.getName().endsWith(EXTENSION);
  }
}
