package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import io.pinion.job.file.NamedFile;
import io.pinion.job.format.JdbcTable;
import io.pinion.spark.task.TaskSetting;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Table;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds what a job would destroy or read again by writing: an output that is its input, holds it,
 * or lies in it; the model, the job file, its schema or the report in the output; a report in place
 * of what the job reads. Places are compared with their links resolved, so that the spelling of a
 * path does not matter.
 */
final class Overlap {
  private static final Logger LOG = LoggerFactory.getLogger(Overlap.class);

  private final SparkSession spark;
  private final JobFile job;
  private final CommandLine command;
  private final Configuration configuration;
  private final List<String> problems = new ArrayList<>();

  private Overlap(SparkSession spark, JobFile job, CommandLine command) {
    this.spark = spark;
    this.job = job;
    this.command = command;
    this.configuration = spark.sessionState().newHadoopConf();
  }

  /**
   * Checks a job before anything is written.
   *
   * @param rows the input
   * @param output the resolved folder of the output; {@code null} if it is a table
   * @throws JobException with every overlap
   */
  static void check(
      SparkSession spark, JobFile job, CommandLine command, Dataset<Row> rows, Path output) {
    Overlap overlap = new Overlap(spark, job, command);
    try {
      overlap.find(rows, output);
    } catch (IOException e) {
      throw new JobException("a path cannot be resolved: " + e.getMessage(), e);
    }
    if (!overlap.problems.isEmpty()) {
      throw new JobException(overlap.problems);
    }
  }

  private void find(Dataset<Row> rows, Path output) throws IOException {
    Set<Path> files = new LinkedHashSet<>();
    for (String file : rows.inputFiles()) {
      files.add(Places.resolved(path(file), configuration));
    }
    Set<Path> roots = roots();
    Map<String, Path> others = others();
    if (output == null) {
      table(files);
    } else {
      input(output, files, roots);
      others.forEach((name, place) -> inOutput(output, name, place));
    }
    kept(output, roots);
    for (Map.Entry<String, NamedFile> file : command.reports().entrySet()) {
      report(
          file.getKey() + " " + file.getValue(),
          named(file.getValue()),
          output,
          files,
          roots,
          others);
    }
    inTables();
  }

  /** Spark encodes the names of input files as in URLs. */
  private static Path path(String inputFile) {
    return new Path(URI.create(inputFile));
  }

  private void input(Path output, Set<Path> files, Set<Path> roots) {
    for (Path root : roots) {
      if (Places.covers(output, root)) {
        problems.add(
            "input.path "
                + root
                + " is output.path "
                + job.output().path()
                + " or lies in it, which would destroy the input or mix it with the output: choose"
                + " another output.path");
        return;
      }
      if (Places.covers(root, output)) {
        problems.add(
            "output.path "
                + job.output().path()
                + " lies in input.path "
                + root
                + ", so that a next run would read it: choose another output.path");
        return;
      }
    }
    for (Path file : files) {
      if (Places.covers(output, file)) {
        problems.add(
            "the input file %s lies in output.path %s: choose another output.path"
                .formatted(file, job.output().path()));
        return;
      }
    }
  }

  /** The input's paths, with patterns replaced by what they match. */
  private Set<Path> roots() throws IOException {
    Set<Path> roots = new LinkedHashSet<>();
    for (String name : job.input().isTable() ? List.<String>of() : job.input().paths()) {
      Path path = new Path(name);
      FileSystem files = path.getFileSystem(configuration);
      FileStatus[] matches = files.globStatus(path);
      for (FileStatus match : matches == null ? new FileStatus[0] : matches) {
        roots.add(Places.resolved(match.getPath(), configuration));
      }
    }
    return roots;
  }

  /** What else a job needs, by name. */
  private Map<String, Path> others() throws IOException {
    Map<String, Path> others = new LinkedHashMap<>();
    others.put("the job file", named(command.source()));
    for (NamedFile file : job.files()) {
      others.put("guide.json-schema", named(file));
    }
    String model = job.settings().text(TaskSetting.URI);
    try {
      Path path = new Path(model.startsWith("file:") ? URI.create(model) : new File(model).toURI());
      others.put("model.uri", Places.resolved(path, configuration));
    } catch (IllegalArgumentException e) {
      LOG.debug("no place has the model's name {}", model, e);
    }
    return others;
  }

  /** What outlives the job, and must be neither its input nor its output. */
  private void kept(Path output, Set<Path> roots) throws IOException {
    Path checkpoint = resolved(job.resume().checkpoint());
    Path cache = resolved(job.resume().cachePath());
    // Answers of the one would be read as those of the other.
    if (checkpoint != null && cache != null && overlap(checkpoint, cache)) {
      problems.add(
          "checkpoint %s and cache.path %s lie in each other: choose another folder"
              .formatted(job.resume().checkpoint(), job.resume().cachePath()));
    }
    kept("checkpoint " + job.resume().checkpoint(), checkpoint, output, roots);
    kept("cache.path " + job.resume().cachePath(), cache, output, roots);
  }

  private void kept(String name, Path place, Path output, Set<Path> roots) {
    if (place == null) {
      return;
    }
    for (Path root : roots) {
      if (Places.covers(root, place)) {
        problems.add(
            "%s lies in input.path %s, so that a next run would read it: choose another folder"
                .formatted(name, root));
      }
    }
    if (output != null && overlap(output, place)) {
      problems.add(
          "%s and output.path %s lie in each other: choose another folder"
              .formatted(name, job.output().path()));
    }
  }

  /** What a job writes beside its output must not be taken for a table's files. */
  private void inTables() throws IOException {
    Map<String, Path> places = new LinkedHashMap<>();
    places.put("checkpoint " + job.resume().checkpoint(), resolved(job.resume().checkpoint()));
    places.put("cache.path " + job.resume().cachePath(), resolved(job.resume().cachePath()));
    for (Map.Entry<String, NamedFile> file : command.reports().entrySet()) {
      places.put(file.getKey() + " " + file.getValue(), named(file.getValue()));
    }
    places.values().removeIf(Objects::isNull);
    // Catalogs are asked only if there is something to find.
    Map<String, Path> tables = places.isEmpty() ? Map.of() : tables();
    tables.forEach(
        (table, folder) ->
            places.forEach(
                (name, place) -> {
                  if (Places.covers(folder, place)) {
                    problems.add(
                        "%s lies in the folder of %s, %s, whose files it would be taken for: choose another place"
                            .formatted(name, table, folder));
                  }
                }));
  }

  /** The folders of the job's tables, if their format tells them. */
  private Map<String, Path> tables() throws IOException {
    Map<String, String> names = new LinkedHashMap<>();
    names.put("input.table", job.input().table());
    names.put("output.table", job.output().table());
    Map<String, Path> folders = new LinkedHashMap<>();
    for (Map.Entry<String, String> each : names.entrySet()) {
      String table = each.getValue();
      if (table != null && spark.catalog().tableExists(table)) {
        Optional<String> location = Tables.detail(spark, table, "Location");
        if (location.isPresent()) {
          Path folder = Places.resolved(new Path(location.get()), configuration);
          folders.put(each.getKey() + " " + table, folder);
        }
      }
    }
    return folders;
  }

  private Path resolved(String path) throws IOException {
    return path == null ? null : Places.resolved(new Path(path), configuration);
  }

  private static boolean overlap(Path one, Path other) {
    return Places.covers(one, other) || Places.covers(other, one);
  }

  private Path named(NamedFile file) throws IOException {
    return Places.resolved(file.path(), configuration);
  }

  private void inOutput(Path output, String name, Path place) {
    if (Places.covers(output, place)) {
      problems.add(
          "%s, %s, lies in output.path %s: choose another output.path"
              .formatted(name, place, job.output().path()));
    }
  }

  private void report(
      String name,
      Path report,
      Path output,
      Set<Path> files,
      Set<Path> roots,
      Map<String, Path> others) {
    if (output != null && Places.covers(output, report)) {
      problems.add(
          "%s lies in output.path %s: choose another file".formatted(name, job.output().path()));
    }
    if (files.contains(report)
        || others.values().stream().anyMatch(place -> Places.covers(place, report))) {
      problems.add(
          name + " is a file that the job reads, or lies in its model: choose another file");
    } else if (roots.stream().anyMatch(root -> Places.covers(root, report))) {
      problems.add(
          name + " lies in input.path, so that a next run would read it: choose another file");
    }
  }

  private void table(Set<Path> files) {
    String name = job.output().table();
    if (name == null) {
      source();
      return;
    }
    if (!spark.catalog().tableExists(name)) {
      return;
    }
    boolean same = job.input().isTable() && identity(job.input().table()).equals(identity(name));
    boolean shares =
        Arrays.stream(spark.table(name).inputFiles()).map(Overlap::path).anyMatch(files::contains);
    if (same || shares) {
      problems.add(
          "output.table " + name + " is the input, or the input reads it: choose another table");
    }
  }

  /** A table of a database. */
  private void source() {
    String table = JdbcTable.name(job.output().options());
    if (job.input().format().equals("jdbc")
        && job.output().format().equals("jdbc")
        && table.equalsIgnoreCase(JdbcTable.name(job.input().options()))) {
      problems.add("the output " + table + " is the input: choose another table");
    }
  }

  private List<String> identity(String name) {
    try {
      Table table = spark.catalog().getTable(name);
      List<String> identity = new ArrayList<>();
      identity.add(table.catalog());
      identity.addAll(table.namespace() == null ? List.of() : List.of(table.namespace()));
      identity.add(table.name());
      return identity;
    } catch (AnalysisException e) {
      throw new JobException("the table " + name + " cannot be read: " + e.getMessage(), e);
    }
  }
}
