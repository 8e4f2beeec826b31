package io.pinion.job;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile.Output;
import io.pinion.spark.column.Names;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalog.Table;
import org.apache.spark.sql.types.StructType;

/**
 * A table of a catalog. Rows are written into the warehouse first, and become the table's in one
 * commit of its format. A table of Spark's own catalog, which has no such commit for an overwrite,
 * is replaced by a complete one under its name.
 */
final class TableOutput extends StagedOutput {
  private static final String SESSION_CATALOG = "spark_catalog";

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
      if (output.mode().equals("overwrite") && exists() && isOfSession()) {
        replace();
      } else {
        save(output.mode(), name());
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

  private boolean isOfSession() {
    String catalog = table().catalog();
    return catalog == null || catalog.equals(SESSION_CATALOG);
  }

  private void replace() {
    Table before = table();
    String[] path = before.namespace();
    StringBuilder database = new StringBuilder();
    for (String part : path == null ? new String[0] : path) {
      database.append(Names.quoted(part)).append('.');
    }
    String id = UUID.randomUUID().toString().substring(0, 8);
    String fresh = database + Names.quoted(before.name() + "_pinion_" + id);
    String old = database + Names.quoted(before.name());
    save("error", fresh);
    spark.sql("DROP TABLE " + old);
    spark.sql("ALTER TABLE " + fresh + " RENAME TO " + old);
  }

  private void save(String mode, String table) {
    DataFrameWriter<Row> writer = staged.spreadAnew(schema).write().options(output.options());
    writer.mode(mode).saveAsTable(table);
  }

  @Override
  public Dataset<Row> published() {
    return spark.table(name());
  }
}
