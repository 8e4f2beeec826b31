package io.pinion.spark.ledger;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.max_by;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.struct;

import io.pinion.spark.column.Names;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The driver's view of a ledger: the answers that are there before a run, and how the rows of a
 * table find theirs. Used by one thread.
 */
public final class Ledger {
  private static final String ROW_KEY = "_pinion_key";
  private static final String ROW_ANSWER = "_pinion_answer";

  /** Whether an answer comes from a cache that other runs share, not from this job's checkpoint. */
  static final String CACHED = "cached";

  private static final String ANSWER_KEY = "_pinion_answer_key";
  private static final String USABLE = "_pinion_usable";

  /** With more pieces than this, listing and opening them takes longer than writing them anew. */
  static final int MOST_PIECES = 2000;

  private static final long PIECE_BYTES = 64 << 20;

  private final LedgerTask task;
  private final Dataset<Row> answers;

  /**
   * @param answers with the columns that {@link #read} gives and perhaps others, from wherever;
   *     {@code null} if there are none
   */
  public Ledger(LedgerTask task, Dataset<Row> answers) {
    this.task = task;
    this.answers = answers;
  }

  public LedgerTask task() {
    return task;
  }

  /** The columns of a table of answers. */
  public static StructType schema() {
    return Answer.SCHEMA;
  }

  /**
   * The answers in a folder, whatever run they are of. A key may be there several times.
   *
   * @param cached whether other jobs share the folder
   */
  public static Dataset<Row> read(SparkSession spark, LedgerFolder folder, boolean cached) {
    Dataset<Row> pieces =
        spark
            .read()
            .schema(Answer.SCHEMA)
            .option("recursiveFileLookup", true)
            .option("pathGlobFilter", "p*.parquet")
            // What cannot be read is generated anew.
            .option("ignoreCorruptFiles", true)
            .option("ignoreMissingFiles", true)
            .option("parquet.page.verify-checksum.enabled", true)
            .parquet(Names.literal(folder.path().toString()));
    return marked(pieces, cached);
  }

  /**
   * Puts the answers of a folder with very many pieces into few, which are read sooner. Tasks that
   * write meanwhile lose nothing.
   *
   * @param name of the new pieces' folder, which no other has
   */
  public static void compact(SparkSession spark, LedgerFolder folder, String name)
      throws IOException {
    List<FileStatus> old = folder.pieces();
    if (old.size() <= MOST_PIECES) {
      return;
    }
    long bytes = old.stream().mapToLong(FileStatus::getLen).sum();
    distinct(read(spark, folder, false))
        .select(ROW_ANSWER + ".*")
        .drop(CACHED)
        .repartition((int) (1 + bytes / PIECE_BYTES))
        .write()
        .parquet(folder.run(name).toString());
    for (FileStatus piece : old) {
      folder.files().delete(piece.getPath(), false);
    }
  }

  /** Answers from a table, with the columns that {@link #read} gives. */
  public static Dataset<Row> marked(Dataset<Row> answers, boolean cached) {
    return answers.withColumn(CACHED, lit(cached));
  }

  /**
   * The rows, in the same partitions and order, with an answer or null each in a last column; the
   * rows alone if there are no answers at all.
   */
  public Dataset<Row> join(Dataset<Row> rows) {
    if (answers == null) {
      return rows;
    }
    return RowPlaces.keep(
            rows,
            marked -> {
              StructType schema = marked.schema().add(ROW_KEY, DataTypes.BinaryType);
              return marked
                  .mapPartitions(new KeyedRows(task.keys(), schema), Encoders.row(schema))
                  .join(distinct(answers), col(ROW_KEY).equalTo(col(ANSWER_KEY)), "left_outer");
            })
        .select(
            Stream.concat(
                    Arrays.stream(rows.columns()).map(Ledger::quoted), Stream.of(col(ROW_ANSWER)))
                .toArray(Column[]::new));
  }

  private static Column quoted(String name) {
    return col(Names.quoted(name));
  }

  /** One answer for each key: a text rather than an error, and rather the job's own. */
  private static Dataset<Row> distinct(Dataset<Row> answers) {
    Column rank =
        struct(
            col(Answer.ERROR).isNull().as("ok"),
            not(col(CACHED)).as("own"),
            col(Answer.WRITTEN).as("at"));
    List<Column> values =
        Stream.concat(Arrays.stream(Answer.SCHEMA.fieldNames()), Stream.of(CACHED))
            .map(functions::col)
            .toList();
    return answers
        .withColumn(USABLE, rank)
        .groupBy(col(Answer.KEY).as(ANSWER_KEY))
        .agg(max_by(struct(values.toArray(Column[]::new)), col(USABLE)).as(ROW_ANSWER));
  }
}
