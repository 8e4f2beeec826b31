package io.pinion.job.format;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;

import io.pinion.job.file.JobException;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.Names;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Puts rows into a table by their keys: a row whose keys the table has replaces that row, and any
 * other is added, all in one commit of the table's format.
 */
public final class TableMerge {
  private static final String SOURCE = "_pinion_merged";
  private static final String ROWS = "_pinion_rows";
  private static final String NOT_PLANNED = "Error occurred during query planning";
  private static final int LONGEST_ROW = 200;

  private final SparkSession spark;
  private final String table;
  private final List<String> keys;

  public TableMerge(SparkSession spark, String table, List<String> keys) {
    this.spark = spark;
    this.table = table;
    this.keys = keys;
  }

  /**
   * Checks that rows of a schema can be merged; nothing is changed.
   *
   * @throws JobException if a key is no column, or the table's format has no merge
   */
  public void require(StructType schema) {
    List<String> missing =
        keys.stream().filter(key -> ColumnPath.column(schema, key).isEmpty()).toList();
    if (!missing.isEmpty()) {
      throw new JobException(
          List.of(
              "output.merge.on: there is no column '%s'; there are %s"
                  .formatted(missing.get(0), String.join(", ", schema.fieldNames()))));
    }
    String plan;
    try {
      spark.createDataFrame(List.of(), schema).createOrReplaceTempView(SOURCE);
      plan = spark.sql("EXPLAIN " + statement()).first().getString(0);
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        plan = NOT_PLANNED + ": " + e.getMessage();
      } else {
        throw e;
      }
    } finally {
      spark.catalog().dropTempView(SOURCE);
    }
    if (plan.contains(NOT_PLANNED)) {
      String why = plan.substring(plan.indexOf(NOT_PLANNED) + NOT_PLANNED.length());
      throw new JobException(
          List.of(
              "output.merge.into %s: rows cannot be merged into this table, as they can into one of Delta's or Iceberg's: %s"
                  .formatted(table, why.replaceFirst("^:\\s*", "").strip())));
    }
  }

  /** Whether all keys are columns of a schema. */
  public boolean hasKeys(StructType schema) {
    return keys.stream().allMatch(key -> ColumnPath.column(schema, key).isPresent());
  }

  /** A row that has no key, or shares it with another; empty if there is none. */
  public Optional<String> problem(Dataset<Row> rows) {
    Column[] columns = keys.stream().map(key -> col(Names.quoted(key))).toArray(Column[]::new);
    Column none = Arrays.stream(columns).map(Column::isNull).reduce(Column::or).orElseThrow();
    for (Row row : rows.filter(none).takeAsList(1)) {
      return Optional.of(
          "output.merge.on %s: a row has no key, %s"
              .formatted(String.join(", ", keys), shown(row)));
    }
    Dataset<Row> shared = rows.groupBy(columns).agg(count(lit(1)).as(ROWS)).filter(col(ROWS).gt(1));
    for (Row row : shared.takeAsList(1)) {
      List<String> values = new ArrayList<>();
      for (int i = 0; i < keys.size(); i++) {
        values.add(keys.get(i) + " " + row.get(i));
      }
      return Optional.of(
          "output.merge.on %s: %d rows have the key %s, and a table's row can be replaced by one alone"
              .formatted(
                  String.join(", ", keys), row.getLong(keys.size()), String.join(", ", values)));
    }
    return Optional.empty();
  }

  private static String shown(Row row) {
    String json = row.json();
    return json.length() <= LONGEST_ROW ? json : json.substring(0, LONGEST_ROW) + "...";
  }

  /** Merges rows for which there is no {@link #problem}. */
  public void run(Dataset<Row> rows) {
    rows.createOrReplaceTempView(SOURCE);
    try {
      spark.sql(statement());
    } finally {
      spark.catalog().dropTempView(SOURCE);
    }
  }

  private String statement() {
    String equal =
        keys.stream()
            .map(Names::quoted)
            .map(key -> "old." + key + " = new." + key)
            .collect(Collectors.joining(" AND "));
    return "MERGE INTO %s AS old USING %s AS new ON %s WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"
        .formatted(table, SOURCE, equal);
  }
}
