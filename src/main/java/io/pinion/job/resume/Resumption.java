package io.pinion.job.resume;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.resume.RunRecord.State;
import io.pinion.spark.column.Names;
import io.pinion.spark.column.OutputNames;
import io.pinion.spark.ledger.Ledger;
import io.pinion.spark.ledger.LedgerFolder;
import io.pinion.spark.ledger.LedgerTask;
import io.pinion.spark.ledger.RequestKeys;
import io.pinion.spark.task.TaskOptions;
import io.pinion.spark.task.TaskSetting;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * What a job does to go on where earlier runs were: with a checkpoint, with a cache, with both, or
 * with neither, in which case all of this does nothing. Used by the driver's main thread, which
 * closes it.
 */
public final class Resumption implements AutoCloseable {
  private final JobFile job;
  private final SparkSession spark;
  private final Configuration configuration;
  private final Consumer<String> tell;
  private final String runId = UUID.randomUUID().toString().substring(0, 8);
  private final Path folder;
  private final AnswerCache cache;
  private Checkpoint checkpoint;
  private String cacheKeys;
  private AppendedRows appended;

  /**
   * @param folder of the checkpoint, resolved; {@code null} for none
   * @param cacheFolder resolved; {@code null} for none
   * @param tell told what the user should know
   */
  public Resumption(
      JobFile job, SparkSession spark, Path folder, Path cacheFolder, Consumer<String> tell) {
    this.job = job;
    this.spark = spark;
    this.configuration = spark.sessionState().newHadoopConf();
    this.tell = tell;
    this.folder = folder;
    String table = job.resume().cacheTable();
    this.cache =
        cacheFolder == null && table == null ? null : new AnswerCache(spark, cacheFolder, table);
  }

  /** Whether there is a checkpoint or a cache, for which the model's files must be digested. */
  public boolean active() {
    return folder != null || cache != null;
  }

  /**
   * Whether an earlier run with this checkpoint wrote all of an output, which may then be replaced.
   *
   * @param contents what is in it now; {@code null} if that is not known
   */
  public boolean owns(String output, String contents) throws IOException {
    if (folder == null || !job.resume().on()) {
      return false;
    }
    FileSystem files = folder.getFileSystem(configuration);
    return Checkpoint.runs(files, folder).stream()
        .filter(run -> run.state() == State.PUBLISHING || run.state() == State.PUBLISHED)
        .filter(run -> !run.mode().equals("append") && run.output().equals(output))
        .anyMatch(run -> Objects.equals(run.contents(), contents));
  }

  /** The folders that earlier runs with this checkpoint had for their rows. */
  public List<String> stagingFolders() throws IOException {
    if (folder == null) {
      return List.of();
    }
    return Checkpoint.runs(folder.getFileSystem(configuration), folder).stream()
        .map(RunRecord::staging)
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * Takes the checkpoint.
   *
   * @param model the digests of the model's files, by name
   * @param output the name of the output's place
   * @param force whether to go on if settings have changed
   * @throws JobException if the checkpoint cannot be used
   */
  public void open(Map<String, String> model, String output, boolean force) throws IOException {
    if (!active()) {
      return;
    }
    RequestSettings settings = RequestSettings.of(job.settings(), model, job.variables());
    cacheKeys = settings.text();
    if (cache != null) {
      cache.requireWritable();
    }
    if (folder == null) {
      return;
    }
    RunRecord run =
        new RunRecord(
            runId,
            State.RUNNING,
            System.currentTimeMillis(),
            0,
            -1,
            output,
            job.output().mode(),
            null,
            null);
    try {
      checkpoint = Checkpoint.open(folder, configuration, job.resume(), settings, run, force, tell);
    } catch (IOException e) {
      throw new JobException("checkpoint " + folder + " cannot be used: " + e.getMessage(), e);
    }
    appended =
        new AppendedRows(spark, checkpoint.appended(), job.settings().text(TaskSetting.ID_COLUMN));
    if (checkpoint.mixed()) {
      tell.accept(
          "the checkpoint was forced, so that rows generated before have other settings"
              + (cache == null ? ": " : ", and the cache is not used: ")
              + String.join("; ", checkpoint.forced()));
    }
  }

  /**
   * Finds the rows that still have to be appended; all rows if the output's mode is another.
   *
   * @param empty whether the output is not there, or has no files
   * @throws JobException if it cannot be known which rows are in the output
   */
  public Dataset<Row> remaining(Dataset<Row> rows, boolean empty) throws IOException {
    if (!appends()) {
      return rows;
    }
    List<RunRecord> published = new ArrayList<>();
    for (RunRecord run : checkpoint.earlier()) {
      if (run.state() == State.PUBLISHED && hasThisOutput(run)) {
        if (empty) {
          // Its rows were deleted since.
          checkpoint.write(run.with(State.FAILED));
        } else {
          requireAppended(run);
          published.add(run);
        }
      }
    }
    List<String> runs = published.stream().map(RunRecord::id).toList();
    requireNoted(published, appended.counts(runs));
    return appended.remaining(rows, runs);
  }

  private void requireAppended(RunRecord run) {
    if (!run.mode().equals("append")) {
      throw new JobException(
          List.of(
              "output.mode is append, and run %s with the checkpoint %s wrote the output with mode %s, which does not note its rows: name another checkpoint to append all rows, or go on with mode %s"
                  .formatted(run.id(), folder, run.mode(), run.mode())));
    }
  }

  private void requireNoted(List<RunRecord> runs, Map<String, Long> counts) {
    for (RunRecord run : runs) {
      long noted = counts.getOrDefault(run.id(), 0L);
      if (noted != run.rows()) {
        throw new JobException(
            List.of(
                "the checkpoint %s knows %d of the %d rows that run %s appended, since files of %s are gone: bring them back, or name another checkpoint and another output"
                    .formatted(
                        folder, noted, run.rows(), run.id(), checkpoint.appended().getName())));
      }
    }
  }

  /** Whether rows are appended that must not be appended again. */
  public boolean appends() {
    return checkpoint != null && job.output().mode().equals("append");
  }

  /** The keys of a checkpoint that was forced are not those of the cache. */
  private boolean usesCache() {
    return cache != null && (checkpoint == null || checkpoint.keys().equals(cacheKeys));
  }

  private List<RunRecord> earlier() throws IOException {
    return checkpoint == null ? List.of() : checkpoint.earlier();
  }

  private boolean hasThisOutput(RunRecord other) {
    return other.output().equals(checkpoint.run().output());
  }

  /** The ledger for the tasks of this run; {@code null} for none. */
  public Ledger ledger() throws IOException {
    if (!active()) {
      return null;
    }
    Dataset<Row> answers = null;
    compact();
    if (checkpoint != null && !checkpoint.answers().pieces().isEmpty()) {
      answers = Ledger.read(spark, checkpoint.answers(), false);
      answers = job.resume().retryFailed() ? answers.filter("error IS NULL") : answers;
    }
    if (usesCache() && (cache.folder() == null || !cache.folder().pieces().isEmpty())) {
      Dataset<Row> more = cache.answers();
      answers = answers == null ? more : answers.unionByName(more, true);
    }
    LedgerFolder place = checkpoint == null ? cache.folder() : checkpoint.answers();
    List<String> columns = TaskOptions.of(job.settings()).requestColumns();
    RequestKeys keys = new RequestKeys(checkpoint == null ? cacheKeys : checkpoint.keys(), columns);
    boolean logprobs = job.settings().texts(TaskSetting.INCLUDE).contains("logprobs");
    return new Ledger(
        new LedgerTask(place, runId, keys, logprobs, job.resume().interval()), answers);
  }

  private void compact() throws IOException {
    if (checkpoint != null) {
      Ledger.compact(spark, checkpoint.answers(), "compact-" + runId);
    }
    if (cache != null && cache.folder() != null) {
      Ledger.compact(spark, cache.folder(), "compact-" + runId);
    }
  }

  /** The runs that were cut off while they appended rows to this output. */
  public List<CutOff> cutOffAppends() throws IOException {
    List<CutOff> found = new ArrayList<>();
    for (RunRecord run : earlier()) {
      boolean publishing = run.state() == State.PUBLISHING && run.mode().equals("append");
      if (publishing && hasThisOutput(run)) {
        found.add(new CutOff(run.id(), new Path(run.staging())));
      }
    }
    return found;
  }

  /**
   * A run that was cut off.
   *
   * @param staging its folder of unpublished rows
   */
  public record CutOff(String run, Path staging) {}

  /**
   * How many rows the run has that was cut off, and how many of them the table has.
   *
   * @param left the run's unpublished rows; {@code null} if they are gone
   */
  public long[] appendedCounts(
      CutOff run, Dataset<Row> left, Dataset<Row> table, String[] inputColumns) throws IOException {
    if (left != null) {
      OutputNames names = job.output().names();
      String column = job.settings().text(TaskSetting.OUTPUT_COLUMN);
      boolean spread = !Arrays.asList(left.columns()).contains(names.struct());
      String text = spread ? Names.quoted(names.spread(column)) : names.reference(column);
      return AppendedRows.counts(left, table, appended.identity(inputColumns), text);
    }
    return new long[] {appended.count(run.run()), appended.count(table, inputColumns, run.run())};
  }

  /** Notes that a run that was cut off has published its rows after all, or not. */
  public void settle(CutOff cutOff, boolean published) throws IOException {
    for (RunRecord run : checkpoint.earlier()) {
      if (run.id().equals(cutOff.run())) {
        checkpoint.write(run.with(published ? State.PUBLISHED : State.FAILED));
      }
    }
  }

  /**
   * The folders with rows that earlier runs left when they were cut off.
   *
   * @param publishing of runs that were about to publish them, or else of the others
   */
  public List<Path> leftFolders(boolean publishing) throws IOException {
    List<Path> left = new ArrayList<>();
    for (RunRecord run : earlier()) {
      State wanted = publishing ? State.PUBLISHING : State.RUNNING;
      if (run.staging() != null && run.state() == wanted && hasThisOutput(run)) {
        left.add(new Path(run.staging()));
        checkpoint.write(run.with(State.FAILED));
      }
    }
    return left;
  }

  /** Notes that the rows begin to be generated. */
  public void started(long rows, Path staging) throws IOException {
    if (checkpoint != null) {
      checkpoint.record(checkpoint.run().withRows(rows).withStaging(staging.toString()));
    }
  }

  /**
   * Notes that all rows are generated and become visible now.
   *
   * @param identities reads the column {@link AppendedRows#IDENTITY} of the rows, if it was written
   * @param rows where they are
   */
  public void publishing(Supplier<Dataset<Row>> identities, Staged rows) throws IOException {
    if (appends()) {
      appended.note(identities.get(), runId);
      checkpoint.record(checkpoint.run().withRows(appended.count(runId)));
    }
    if (checkpoint != null) {
      String contents = rows.contents(true);
      rows.hold();
      checkpoint.publishing(contents);
    }
  }

  /** Rows that are written and not published yet. */
  public interface Staged {
    /**
     * Names the files in the output, to find out later whether they are there and no others.
     *
     * @param staged of those that are written and not published
     * @return {@code null} for a table
     */
    String contents(boolean staged) throws IOException;

    /**
     * Keeps what was written until it is published, even if the application ends.
     *
     * @throws IOException if it ends already, and the rows are gone
     */
    void hold() throws IOException;
  }

  /** Notes that the rows are visible, and adds the answers to the cache. */
  public void published() throws IOException {
    if (checkpoint != null) {
      checkpoint.record(checkpoint.run().with(State.PUBLISHED));
    }
    if (checkpoint != null && usesCache() && !checkpoint.answers().pieces().isEmpty()) {
      cache.add(Ledger.read(spark, checkpoint.answers(), false));
    }
  }

  /** How to go on if the run fails now; empty if it cannot. */
  public Optional<String> advice() {
    return checkpoint == null
        ? Optional.empty()
        : Optional.of(
            "what was generated is in the checkpoint "
                + folder
                + ": run the job again with resume: true, and it goes on from there");
  }

  @Override
  public void close() throws IOException {
    if (checkpoint == null) {
      return;
    }
    try {
      RunRecord run = checkpoint.run();
      if (run.state() == State.RUNNING) {
        checkpoint.record(run.with(State.FAILED));
      }
    } finally {
      checkpoint.close();
    }
  }
}
