package io.pinion.job.resume;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Resume;
import io.pinion.job.resume.RunRecord.State;
import io.pinion.spark.VersionCheck;
import io.pinion.spark.ledger.LedgerFolder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A checkpoint's folder while one run uses it. Used by the driver's main thread, which closes it.
 */
final class Checkpoint implements AutoCloseable {
  static final String ANSWERS = "answers";
  static final String APPENDED = "appended";
  static final String MANIFEST = "manifest.json";
  static final String RUNS = "runs";
  private static final int MOST_NAMED = 20;

  private final FileSystem files;
  private final Path folder;
  private final Configuration configuration;
  private final CheckpointLock lock;
  private RunRecord run;
  private Manifest manifest;

  private Checkpoint(
      FileSystem files,
      Path folder,
      Configuration configuration,
      CheckpointLock lock,
      RunRecord run) {
    this.files = files;
    this.folder = folder;
    this.configuration = configuration;
    this.lock = lock;
    this.run = run;
  }

  /**
   * Takes a checkpoint for a run, and makes it if it does not exist.
   *
   * @param force whether to go on if settings have changed
   * @param tell told what takes time
   * @throws JobException if another run uses it, it holds something else, or answers of other
   *     settings
   */
  static Checkpoint open(
      Path folder,
      Configuration configuration,
      Resume resume,
      RequestSettings settings,
      RunRecord run,
      boolean force,
      Consumer<String> tell)
      throws IOException {
    FileSystem files = folder.getFileSystem(configuration);
    requireCheckpoint(files, folder);
    files.mkdirs(folder);
    CheckpointLock lock = CheckpointLock.take(files, folder, run.id(), tell);
    Checkpoint checkpoint = new Checkpoint(files, folder, configuration, lock, run);
    try {
      checkpoint.begin(resume, settings, force);
      return checkpoint;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static void requireCheckpoint(FileSystem files, Path folder) throws IOException {
    if (!files.exists(folder) || Manifest.read(files, new Path(folder, MANIFEST)) != null) {
      return;
    }
    boolean foreign = !files.getFileStatus(folder).isDirectory();
    for (FileStatus entry : foreign ? new FileStatus[0] : files.listStatus(folder)) {
      String name = entry.getPath().getName();
      foreign |= !name.startsWith(".") && !name.equals(CheckpointLock.FILE);
    }
    if (foreign) {
      throw new JobException(
          List.of("checkpoint " + folder + " is there and is no checkpoint: name another folder"));
    }
  }

  private void begin(Resume resume, RequestSettings settings, boolean force) throws IOException {
    String version = VersionCheck.pinion();
    Manifest there = Manifest.read(files, new Path(folder, MANIFEST));
    boolean empty = answers().pieces().isEmpty();
    if (there != null && there.format() > Manifest.FORMAT) {
      throw new JobException(
          List.of(
              "checkpoint %s was made by Pinion %s, in a format that this Pinion does not know: use that version, or name another checkpoint"
                  .formatted(folder, there.pinion())));
    }
    if (there != null && !empty && !resume.on()) {
      throw new JobException(
          List.of(
              "checkpoint %s holds the rows of an earlier run: set resume to true to go on with them, or name another checkpoint"
                  .formatted(folder)));
    }
    if (there == null || empty) {
      manifest = Manifest.first(settings, version);
    } else {
      List<String> changes = settings.changes(new RequestSettings(there.settings()));
      requireUnchanged(changes, force);
      manifest = changes.isEmpty() ? there : there.forced(settings, version);
    }
    JsonFiles.write(files, new Path(folder, MANIFEST), manifest);
    record(run);
  }

  private void requireUnchanged(List<String> changes, boolean force) {
    if (changes.isEmpty() || force) {
      return;
    }
    List<String> problems = new ArrayList<>();
    problems.add(
        "checkpoint "
            + folder
            + " holds rows that were generated with other settings, so that the output would mix"
            + " both:");
    changes.stream().limit(MOST_NAMED).forEach(change -> problems.add("  " + change));
    problems.add(
        "name another checkpoint, or give --force to keep the finished rows and generate the others"
            + " with the new settings");
    throw new JobException(problems);
  }

  LedgerFolder answers() {
    return new LedgerFolder(new Path(folder, ANSWERS), configuration);
  }

  Path appended() {
    return new Path(folder, APPENDED);
  }

  /** What all keys of answers hold. */
  String keys() {
    return new RequestSettings(manifest.keys()).text();
  }

  /** Whether some rows were generated with other settings than those of this run. */
  boolean mixed() {
    return !manifest.forced().isEmpty();
  }

  List<String> forced() {
    return manifest.forced();
  }

  RunRecord run() {
    return run;
  }

  /** All earlier runs, oldest first. */
  List<RunRecord> earlier() throws IOException {
    return runs(files, folder).stream().filter(other -> !other.id().equals(run.id())).toList();
  }

  /** All runs of a checkpoint, oldest first. */
  static List<RunRecord> runs(FileSystem files, Path folder) throws IOException {
    List<RunRecord> runs = new ArrayList<>();
    Path place = new Path(folder, RUNS);
    if (files.exists(place)) {
      for (FileStatus file : files.listStatus(place, Checkpoint::isRecord)) {
        runs.add(JsonFiles.read(files, file.getPath(), RunRecord.class));
      }
    }
    runs.sort(Comparator.comparing(RunRecord::started));
    return runs;
  }

  private static boolean isRecord(Path path) {
    return !path.getName().startsWith(".") && path.getName().endsWith(".json");
  }

  /** Notes how far this run is. */
  void record(RunRecord now) throws IOException {
    run = now;
    write(now);
  }

  /** Notes what became of another run. */
  void write(RunRecord other) throws IOException {
    JsonFiles.write(files, new Path(new Path(folder, RUNS), other.id() + ".json"), other);
  }

  /**
   * Notes that the rows become visible now.
   *
   * @param contents see {@link RunRecord}
   */
  void publishing(String contents) throws IOException {
    lock.requireHeld();
    record(run.with(State.PUBLISHING).withContents(contents));
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }
}
