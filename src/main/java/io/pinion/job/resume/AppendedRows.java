package io.pinion.job.resume;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.udf;

import io.pinion.spark.column.Names;
import io.pinion.spark.ledger.RowPlaces;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Which rows a job has appended to its output, so that another run appends new ones alone. A row is
 * known by its id or, without one, by all its columns: then rows that are equal in all of them are
 * one row.
 */
public final class AppendedRows {
  /** The column with the digest of a row's identity. */
  public static final String IDENTITY = "_pinion_row";

  private final SparkSession spark;
  private final Path folder;
  private final String idColumn;

  /**
   * @param folder with one folder for each run
   * @param idColumn {@code null} for none
   */
  AppendedRows(SparkSession spark, Path folder, String idColumn) {
    this.spark = spark;
    this.folder = folder;
    this.idColumn = idColumn;
  }

  /** The rows that no run has appended, in the same partitions and order, with their identity. */
  Dataset<Row> remaining(Dataset<Row> rows, List<String> publishedRuns) {
    Dataset<Row> identified = rows.withColumn(IDENTITY, identity(rows.columns()));
    if (publishedRuns.isEmpty()) {
      return identified;
    }
    Dataset<Row> appended = read(publishedRuns);
    return RowPlaces.keep(identified, all -> all.join(appended, IDENTITY, "left_anti"));
  }

  private Dataset<Row> read(List<String> runs) {
    String[] paths =
        runs.stream().map(run -> Names.literal(place(run).toString())).toArray(String[]::new);
    return spark.read().schema(IDENTITY + " string").parquet(paths).distinct();
  }

  private Path place(String run) {
    return new Path(folder, run);
  }

  /** How many of a table's rows are among those of a run. */
  long count(Dataset<Row> table, String[] inputColumns, String run) {
    return table
        .select(identity(inputColumns).as(IDENTITY))
        .join(read(List.of(run)), IDENTITY, "left_semi")
        .distinct()
        .count();
  }

  /** How many rows are noted of a run. */
  long count(String run) throws IOException {
    return counts(List.of(run)).getOrDefault(run, 0L);
  }

  /** How many rows are noted of each run, by one look at all; runs of which none are may miss. */
  Map<String, Long> counts(List<String> runs) throws IOException {
    FileSystem files = folder.getFileSystem(spark.sparkContext().hadoopConfiguration());
    Dataset<Row> all = null;
    for (String run : runs) {
      if (files.exists(place(run))) {
        Dataset<Row> own = read(List.of(run)).withColumn("run", lit(run));
        all = all == null ? own : all.unionAll(own);
      }
    }
    Map<String, Long> counts = new HashMap<>();
    for (Row row : all == null ? List.<Row>of() : all.groupBy("run").count().collectAsList()) {
      counts.put(row.getString(0), row.getLong(1));
    }
    return counts;
  }

  /**
   * How many rows a run has left unpublished, and how many of them are in a table, where rows of
   * other jobs may have their ids. So they are told apart by their texts, too.
   *
   * @param textColumn an expression of Spark's
   */
  static long[] counts(Dataset<Row> left, Dataset<Row> table, Column identity, String textColumn) {
    Dataset<Row> wanted = left.select(withText(col(IDENTITY), textColumn)).distinct();
    Dataset<Row> there =
        table.select(withText(identity, textColumn)).join(wanted, IDENTITY, "left_semi").distinct();
    return new long[] {wanted.count(), there.count()};
  }

  private static Column withText(Column identity, String textColumn) {
    Column both = struct(identity.as("row"), col(textColumn).as("text"));
    return udf(new RowIdentity(null), DataTypes.StringType).apply(both).as(IDENTITY);
  }

  /** The identity of rows with these columns of the input. */
  Column identity(String[] columns) {
    return udf(new RowIdentity(idColumn), DataTypes.StringType).apply(whole(columns));
  }

  private static Column whole(String[] columns) {
    return struct(
        Arrays.stream(columns).map(name -> col(Names.quoted(name))).toArray(Column[]::new));
  }

  /** Notes the rows of a run, before they are appended. */
  void note(Dataset<Row> identities, String run) {
    identities.select(IDENTITY).write().mode(SaveMode.Overwrite).parquet(place(run).toString());
  }
}
