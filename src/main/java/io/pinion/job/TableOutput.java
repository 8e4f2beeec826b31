package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import io.pinion.spark.column.Names;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Table;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a catalog. Rows are written into the warehouse first, and become the table's in one
 * commit of its format. A table of plain files in Spark's own catalog, which has no such commit for
 * an overwrite, is replaced by a complete one under its name.
 */
final class TableOutput extends StagedOutput {
  private static final String SESSION_CATALOG = "spark_catalog";
  private static final Set<String> PLAIN_FILES =
      Set.of("parquet", "orc", "json", "csv", "avro", "text", "xml", "hive");

  private final SparkSession spark;
  private final Output output;
  private StructType schema;

  TableOutput(SparkSession spark, Output output) {
    this.spark = spark;
    this.output = output;
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
    if (exists()) {
      requireTable();
      if (output.mode().equals("append")) {
        requireSameColumns();
      }
    }
    Configuration configuration = spark.sessionState().newHadoopConf();
    String warehouse = spark.conf().get("spark.sql.warehouse.dir");
    try {
      Path place = Places.resolved(new Path(warehouse), configuration);
      folder = StagingFolder.within(place, configuration);
      staged = new StagedRows(spark, folder, output);
      staged.tryOut(rows);
    } catch (Exception e) {
      throw new JobException(
          "output.table "
              + name()
              + ": its rows cannot be written to spark.sql.warehouse.dir, "
              + warehouse
              + ": "
              + e.getMessage(),
          e);
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
    List<String> there = names(spark.table(name()).schema());
    List<String> added = names(schema);
    if (!there.containsAll(added) || !added.containsAll(there)) {
      throw new JobException(
          List.of(
              "output.table %s has the columns %s, and the rows to append have %s"
                  .formatted(name(), String.join(", ", there), String.join(", ", added))));
    }
  }

  private static List<String> names(StructType schema) {
    return Arrays.stream(schema.fieldNames()).map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  @Override
  StagingFolder reopen(Path root) throws IOException {
    return StagingFolder.reopen(root, root.getParent(), spark.sessionState().newHadoopConf());
  }

  @Override
  public void publish() throws IOException {
    try {
      if (!exists()) {
        rows().write().options(output.options()).mode(output.mode()).saveAsTable(name());
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
    CreateTableWriter<Row> writer = rows().writeTo(name());
    output.options().forEach(writer::option);
    (format.isPresent() ? writer.using(format.get()) : writer).createOrReplace();
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
    rows().write().options(output.options()).format(format).saveAsTable(fresh);
    spark.sql("DROP TABLE " + old);
    spark.sql("ALTER TABLE " + fresh + " RENAME TO " + old);
  }

  @Override
  public Dataset<Row> published() {
    return spark.table(name());
  }
}
