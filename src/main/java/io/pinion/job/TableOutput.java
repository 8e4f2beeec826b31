package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import io.pinion.job.format.PartitionColumns;
import io.pinion.job.format.TableMerge;
import io.pinion.spark.column.Names;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Column;
import org.apache.spark.sql.catalog.Table;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a catalog. Rows are written into the warehouse first, and become the table's in one
 * commit of its format, whether they replace it, are appended, or merged by their keys. A table of
 * plain files in Spark's own catalog, which has no such commit for an overwrite, is replaced by a
 * complete one under its name.
 */
final class TableOutput extends StagedOutput {
  /** Whether the catalog is told the partitions of a new table of plain files. */
  private static final String KNOWN_PARTITIONS = "spark.sql.hive.manageFilesourcePartitions";

  private static final String SESSION_CATALOG = "spark_catalog";
  private static final Set<String> PLAIN_FILES =
      Set.of("parquet", "orc", "json", "csv", "avro", "text", "xml", "hive");

  private final Output output;

  /** {@code null} unless rows are merged. */
  private final TableMerge merge;

  private StructType schema;
  private String[] partitions = {};

  TableOutput(SparkSession spark, Output output) {
    super(spark);
    this.output = output;
    this.merge =
        output.mode().equals(Output.MERGE)
            ? new TableMerge(spark, output.table(), output.mergeOn())
            : null;
  }

  @Override
  public String name() {
    return output.table();
  }

  @Override
  public boolean exists() {
    return spark.catalog().tableExists(name());
  }

  @Override
  public void prepare(StructType rows) {
    schema = rows;
    partitions = PartitionColumns.of(rows, output.partitionBy());
    if (merge != null) {
      requireMerge(rows);
    } else if (exists()) {
      requireTable();
      if (output.mode().equals("append")) {
        requireSameColumns();
        requireSamePartitions();
      }
    }
    try {
      folder = StagingFolder.within(warehouse(), configuration);
      staged = new StagedRows(spark, folder, output, true);
      staged.tryOut(rows);
    } catch (Exception e) {
      throw new JobException(
          "output.table "
              + name()
              + ": its rows cannot be written to "
              + WAREHOUSE
              + ", "
              + spark.conf().get(WAREHOUSE)
              + ": "
              + e.getMessage(),
          e);
    }
  }

  private void requireMerge(StructType rows) {
    if (!exists()) {
      throw new JobException(
          List.of(
              "output.merge.into %s is no table: make it with CREATE TABLE, or write it once with output.mode overwrite"
                  .formatted(name())));
    }
    requireTable();
    requireSameColumns();
    merge.require(rows);
  }

  @Override
  public void checkInput(Dataset<Row> rows) {
    if (merge != null && merge.hasKeys(rows.schema())) {
      merge
          .problem(rows)
          .ifPresent(
              problem -> {
                throw new JobException(List.of(problem));
              });
    }
  }

  private void requireTable() {
    Table table = table();
    if (table.tableType().equals("VIEW") || table.isTemporary()) {
      throw new JobException(List.of("output.table " + name() + " is a view: name a table"));
    }
  }

  private Table table() {
    try {
      return spark.catalog().getTable(name());
    } catch (AnalysisException e) {
      throw new JobException("output.table " + name() + ": " + e.getMessage(), e);
    }
  }

  private void requireSameColumns() {
    requireSameColumns("output.table " + name(), spark.table(name()).schema(), schema);
  }

  private void requireSamePartitions() {
    List<String> there = new ArrayList<>();
    try {
      for (Column column : spark.catalog().listColumns(name()).collectAsList()) {
        if (column.isPartition()) {
          there.add(column.name());
        }
      }
    } catch (AnalysisException e) {
      throw new JobException("output.table " + name() + ": " + e.getMessage(), e);
    }
    if (partitions.length > 0 && !there.equals(List.of(partitions))) {
      throw new JobException(
          List.of(
              "output.table %s is partitioned by %s, and the rows to append by %s: leave output.partition-by out"
                  .formatted(
                      name(),
                      there.isEmpty() ? "no column" : String.join(", ", there),
                      String.join(", ", partitions))));
    }
  }

  @Override
  StagingFolder reopen(Path root) throws IOException {
    return StagingFolder.reopen(root, root.getParent(), configuration);
  }

  @Override
  public void publish() throws IOException {
    try {
      if (merge != null) {
        merge();
      } else if (!exists()) {
        rows()
            .write()
            .options(output.options())
            .mode(output.mode())
            .partitionBy(partitions)
            .saveAsTable(name());
      } else if (output.mode().equals("append")) {
        // Not saveAsTable, which takes the table for one of the default format.
        Names.ordered(rows(), spark.table(name()))
            .write()
            .options(output.options())
            .mode(output.mode())
            .insertInto(name());
      } else {
        replace();
      }
    } catch (Exception e) {
      throw new IOException(
          "the rows cannot become the table "
              + name()
              + ": "
              + e.getMessage()
              + "; they are in "
              + keep(),
          e);
    }
    folder.delete();
  }

  private void merge() {
    Optional<String> problem = merge.problem(rows());
    if (problem.isPresent()) {
      throw new JobException(List.of(problem.get()));
    }
    merge.run(rows());
  }

  @Override
  public boolean isEmpty() {
    return !exists();
  }

  @Override
  public String contents(boolean staged) {
    return null;
  }

  private Dataset<Row> rows() {
    return staged.spreadAnew(schema);
  }

  private void replace() {
    Table before = table();
    Optional<String> format = format();
    boolean ofSession = before.catalog() == null || before.catalog().equals(SESSION_CATALOG);
    if (ofSession && PLAIN_FILES.contains(format.orElse("parquet"))) {
      replaceFiles(before, format.orElse("parquet"));
      return;
    }
    CreateTableWriter<Row> writer = partitionsLast(rows()).writeTo(name());
    output.options().forEach(writer::option);
    if (partitions.length > 0) {
      org.apache.spark.sql.Column[] rest =
          Arrays.stream(partitions)
              .skip(1)
              .map(name -> functions.col(Names.quoted(name)))
              .toArray(org.apache.spark.sql.Column[]::new);
      writer = writer.partitionedBy(functions.col(Names.quoted(partitions[0])), rest);
    }
    (format.isPresent() ? writer.using(format.get()) : writer).createOrReplace();
  }

  /** The order that Spark's catalog has, and tells a table's format to have. */
  private Dataset<Row> partitionsLast(Dataset<Row> rows) {
    List<String> last = List.of(partitions);
    return rows.select(
        Stream.concat(
                Arrays.stream(rows.columns()).filter(name -> !last.contains(name)), last.stream())
            .map(name -> functions.col(Names.quoted(name)))
            .toArray(org.apache.spark.sql.Column[]::new));
  }

  /** The format of the table, if its catalog tells it. */
  private Optional<String> format() {
    return Tables.detail(spark, name(), "Provider").map(name -> name.toLowerCase(Locale.ROOT));
  }

  private void replaceFiles(Table before, String format) {
    String[] path = before.namespace();
    StringBuilder database = new StringBuilder();
    for (String part : path == null ? new String[0] : path) {
      database.append(Names.quoted(part)).append('.');
    }
    String id = UUID.randomUUID().toString().substring(0, 8);
    String fresh = database + Names.quoted(before.name() + "_pinion_" + id);
    String old = database + Names.quoted(before.name());
    String known = spark.conf().get(KNOWN_PARTITIONS);
    // A catalog that knows a table's partitions may lose their places when the table is renamed.
    spark.conf().set(KNOWN_PARTITIONS, false);
    try {
      rows()
          .write()
          .options(output.options())
          .format(format)
          .partitionBy(partitions)
          .saveAsTable(fresh);
    } finally {
      spark.conf().set(KNOWN_PARTITIONS, known);
    }
    spark.sql("DROP TABLE " + old);
    spark.sql("ALTER TABLE " + fresh + " RENAME TO " + old);
    if (partitions.length > 0) {
      spark.catalog().recoverPartitions(old);
    }
  }

  @Override
  public Dataset<Row> published() {
    return spark.table(name());
  }
}
