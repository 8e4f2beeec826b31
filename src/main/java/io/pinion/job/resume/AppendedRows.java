package io.pinion.job.resume;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.sha2;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.pinion.spark.column.Names;
import io.pinion.spark.ledger.RowPlaces;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Which rows a job has appended to its output, so that another run appends new ones alone. A row is
 * known by its id column or, without one, by all its columns: then rows that are equal in all of
 * them are one row.
 */
public final class AppendedRows {
  /** The column with the digest of a row's identity. */
  public static final String IDENTITY = "_pinion_row";

  private static final int DIGEST_BITS = 256;

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
    String[] paths = runs.stream().map(run -> place(run).toString()).toArray(String[]::new);
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

  /** How many rows a run has. */
  long count(String run) {
    return read(List.of(run)).count();
  }

  private Column identity(String[] inputColumns) {
    Column[] columns =
        (idColumn == null ? Arrays.stream(inputColumns) : Arrays.stream(new String[] {idColumn}))
            .map(name -> col(Names.quoted(name)))
            .toArray(Column[]::new);
    return sha2(to_json(struct(columns)).cast("binary"), DIGEST_BITS);
  }

  /** Notes the rows of a run, before they are appended. */
  void note(Dataset<Row> identities, String run) {
    identities.select(IDENTITY).write().mode(SaveMode.Overwrite).parquet(place(run).toString());
  }
}
