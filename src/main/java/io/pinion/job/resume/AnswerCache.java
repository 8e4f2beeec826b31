package io.pinion.job.resume;

import io.pinion.job.file.JobException;
import io.pinion.spark.column.Names;
import io.pinion.spark.ledger.Ledger;
import io.pinion.spark.ledger.LedgerFolder;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;

/**
 * Answers that runs share, of one job or several: a folder or a table of a catalog. Answers of
 * different settings live side by side, since their keys differ. Errors are not kept.
 */
final class AnswerCache {
  private final SparkSession spark;
  private final Path path;
  private final String table;
  private final Configuration configuration;

  /**
   * @param path {@code null} for a table
   * @param table {@code null} for a folder
   */
  AnswerCache(SparkSession spark, Path path, String table) {
    this.spark = spark;
    this.path = path;
    this.table = table;
    this.configuration = spark.sessionState().newHadoopConf();
  }

  /** The folder; {@code null} for a table. */
  LedgerFolder folder() {
    return path == null ? null : new LedgerFolder(path, configuration);
  }

  /**
   * Tries out the folder, if it is one, before rows are generated for it.
   *
   * @throws JobException if nothing can be written there
   */
  void requireWritable() {
    if (path == null) {
      return;
    }
    Path trial = new Path(path, ".trial-" + UUID.randomUUID());
    try {
      FileSystem files = path.getFileSystem(configuration);
      if (!files.mkdirs(trial)) {
        throw new IOException("no folder can be made in it");
      }
      files.delete(trial, true);
    } catch (IOException e) {
      throw new JobException("cache.path " + path + " cannot be written: " + e.getMessage(), e);
    }
  }

  /**
   * The answers that are there.
   *
   * @throws JobException if the table is no table of answers
   */
  Dataset<Row> answers() {
    Dataset<Row> all = table == null ? Ledger.read(spark, folder(), true) : ofTable();
    return all.filter("error IS NULL");
  }

  private Dataset<Row> ofTable() {
    Dataset<Row> rows;
    try {
      rows =
          spark.catalog().tableExists(table)
              ? spark.table(table)
              : spark.createDataFrame(List.of(), Ledger.schema());
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        throw new JobException("cache.table " + table + " cannot be read: " + e.getMessage(), e);
      }
      throw e;
    }
    List<String> missing =
        Arrays.stream(Ledger.schema().fieldNames())
            .filter(name -> !Arrays.asList(rows.columns()).contains(name))
            .toList();
    if (!missing.isEmpty()) {
      throw new JobException(
          List.of(
              "cache.table %s has no column %s, and so is no table of answers: name another, which is made if it does not exist"
                  .formatted(table, String.join(", ", missing))));
    }
    return Ledger.marked(rows, true);
  }

  /** Adds those of a checkpoint's answers that are missing. */
  void add(Dataset<Row> answers) {
    Dataset<Row> fresh =
        answers
            .filter("error IS NULL")
            .join(answers().select("key"), "key", "left_anti")
            .dropDuplicates("key")
            .selectExpr(Ledger.schema().fieldNames());
    if (table == null) {
      String run = "from-checkpoint-" + System.currentTimeMillis();
      fresh.write().mode(SaveMode.Append).parquet(new Path(path, run).toString());
    } else if (spark.catalog().tableExists(table)) {
      // Not saveAsTable, which takes the table for one of the default format.
      Names.ordered(fresh, spark.table(table)).write().mode(SaveMode.Append).insertInto(table);
    } else {
      fresh.write().saveAsTable(table);
    }
  }
}
