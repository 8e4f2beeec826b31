package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.format.FileFormat;
import io.pinion.job.format.PartitionColumns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Files in a folder. */
final class PathOutput extends StagedOutput {
  private final Output output;
  private final Path target;
  private StructType schema;

  /**
   * @param target the folder, resolved
   */
  PathOutput(SparkSession spark, Output output, Path target) {
    super(spark);
    this.output = output;
    this.target = target;
  }

  @Override
  public String name() {
    return output.path();
  }

  @Override
  public boolean exists() {
    return isThere(target);
  }

  @Override
  public void prepare(StructType rows) {
    schema = rows;
    if (output.mode().equals("append") && exists()) {
      requireFolder();
      requireSamePartitions();
      requireSameColumns();
    }
    try {
      folder = StagingFolder.of(target, configuration);
      staged = new StagedRows(spark, folder, output, false);
      staged.tryOut(rows);
    } catch (JobException e) {
      throw e;
    } catch (Exception e) {
      throw new JobException("output.path " + name() + " cannot be written: " + e.getMessage(), e);
    }
  }

  private void requireFolder() {
    try {
      if (!target.getFileSystem(configuration).getFileStatus(target).isDirectory()) {
        throw new JobException(
            List.of("output.path " + name() + " is a file, to which nothing can be appended"));
      }
    } catch (IOException e) {
      throw new JobException("output.path " + name() + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Files of one folder with other columns could not be read as one table. */
  private void requireSameColumns() {
    StructType there = existing();
    if (there == null) {
      return;
    }
    if (output.format().equals("csv")) {
      requireSameNames(there.fieldNames(), new FileFormat(output).written(schema).fieldNames());
      return;
    }
    // The types of partition columns are inferred from the values that happen to be there.
    List<String> partitions = List.of(partitions());
    for (StructField field : schema.fields()) {
      if (!Arrays.asList(there.fieldNames()).contains(field.name())
          || partitions.contains(field.name())) {
        continue;
      }
      StructField other = there.apply(field.name());
      if (!other.dataType().sameType(field.dataType())) {
        throw new JobException(
            List.of(
                "output.path %s has a column %s of type %s, to which type %s cannot be appended"
                    .formatted(
                        name(),
                        field.name(),
                        other.dataType().simpleString(),
                        field.dataType().simpleString())));
      }
    }
  }

  private String[] partitions() {
    return PartitionColumns.of(new FileFormat(output).written(schema), output.partitionBy());
  }

  /**
   * Files beside folders of partitions, or in folders of others, could not be read as one table.
   */
  private void requireSamePartitions() {
    List<String> there = new ArrayList<>();
    try {
      FileSystem files = target.getFileSystem(configuration);
      Path folder = target;
      while (folder != null) {
        FileStatus[] entries = files.listStatus(folder, PathOutput::isVisible);
        folder = entries.length > 0 && entries[0].isDirectory() ? entries[0].getPath() : null;
        if (folder != null) {
          there.add(folder.getName().replaceAll("=.*", ""));
        } else if (entries.length == 0) {
          return;
        }
      }
    } catch (IOException e) {
      throw new JobException("output.path " + name() + " cannot be read: " + e.getMessage(), e);
    }
    List<String> added = List.of(partitions());
    if (!there.equals(added)) {
      throw new JobException(
          List.of(
              "output.path %s is partitioned by %s, and the rows to append by %s: set output.partition-by to what is there"
                  .formatted(name(), named(there), named(added))));
    }
  }

  private static String named(List<String> columns) {
    return columns.isEmpty() ? "no column" : String.join(", ", columns);
  }

  private static boolean isVisible(Path path) {
    return !path.getName().startsWith(".") && !path.getName().startsWith("_");
  }

  /** CSV's columns are told apart by their places; they have names only with a header. */
  private void requireSameNames(String[] there, String[] added) {
    boolean named = "true".equalsIgnoreCase(FileFormat.option(output, "header"));
    if (named ? !Arrays.equals(there, added) : there.length != added.length) {
      throw new JobException(
          List.of(
              "output.path %s has %s, and the rows to append have %s"
                  .formatted(name(), columns(there, named), columns(added, named))));
    }
  }

  private static String columns(String[] names, boolean named) {
    return named ? "the columns " + String.join(", ", names) : names.length + " columns";
  }

  /**
   * The columns of an existing output; {@code null} if it has no files, or files that do not state
   * them.
   */
  private StructType existing() {
    if (output.format().equals("json") || output.format().equals("xml")) {
      return null;
    }
    try {
      return spark
          .read()
          .options(output.options())
          .format(output.format())
          .load(Places.literal(target))
          .schema();
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        return null;
      }
      throw e;
    }
  }

  @Override
  StagingFolder reopen(Path root) throws IOException {
    return StagingFolder.reopen(root, target, configuration);
  }

  @Override
  public String contents(boolean staged) throws IOException {
    Path place = staged ? folder.path(this.staged.complete()) : target;
    byte[] names = String.join("/", names(place)).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(names).toString();
  }

  /**
   * The names of a folder's visible files, those in folders of partitions too, in order; none if
   * there is no folder.
   */
  private List<String> names(Path place) throws IOException {
    List<String> names = new ArrayList<>();
    FileSystem files = place.getFileSystem(configuration);
    if (files.exists(place)) {
      for (FileStatus entry : files.listStatus(place, PathOutput::isVisible)) {
        names.add(entry.getPath().getName());
        names.addAll(entry.isDirectory() ? names(entry.getPath()) : List.of());
      }
    }
    names.sort(null);
    return names;
  }

  @Override
  public boolean isEmpty() throws IOException {
    return names(target).isEmpty();
  }

  @Override
  public void publish() throws IOException {
    if (output.mode().equals("append")) {
      folder.addToTarget(staged.complete());
    } else if (output.mode().equals("overwrite") || !exists()) {
      folder.replaceTarget(staged.complete());
    } else {
      throw new IOException(
          name() + " was made by another job in the meantime; the rows are in " + keep());
    }
  }

  @Override
  public Dataset<Row> published() {
    return new FileFormat(output).read(spark, schema, target);
  }
}
