package io.pinion.sql;

import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.LocalSpark;
import io.pinion.spark.plan.PinionGenerateExec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.QueryStageExec;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import scala.jdk.javaapi.CollectionConverters;

/**
 * A local session with the extension, a tiny random model as its default, and the view {@code
 * mails} of 40 rows in four partitions.
 */
abstract class SqlTest {
  static final StructType MAILS =
      StructType.fromDDL("id INT, team STRING, body STRING, size BIGINT");
  static final int ROWS = 40;

  @TempDir static Path folder;
  static SparkSession spark;
  static String model;

  @BeforeAll
  static void start() throws Exception {
    model = TinyModelDirectory.write(folder.resolve("model"), 4).toString();
    spark =
        LocalSpark.builder("local[2]")
            .config("spark.sql.extensions", PinionExtensions.class.getName())
            .config("spark.sql.warehouse.dir", folder.resolve("warehouse").toString())
            .config("spark.pinion.model.uri", model)
            .config("spark.pinion.model.dtype", "f32")
            .config("spark.pinion.sampling.max-tokens", 6)
            .getOrCreate();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      rows.add(RowFactory.create(i, i % 2 == 0 ? "red" : "blue", "mail " + i, (long) i * i));
    }
    spark.createDataFrame(rows, MAILS).repartition(4).createOrReplaceTempView("mails");
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  static List<Row> rows(String query) {
    return spark.sql(query).collectAsList();
  }

  /** The operators of a query that has run. */
  static List<PinionGenerateExec> operators(Dataset<Row> query) {
    List<PinionGenerateExec> found = new ArrayList<>();
    collect(query.queryExecution().executedPlan(), found);
    return found;
  }

  private static void collect(SparkPlan plan, List<PinionGenerateExec> found) {
    if (plan instanceof PinionGenerateExec operator) {
      found.add(operator);
    }
    if (plan instanceof AdaptiveSparkPlanExec adaptive) {
      collect(adaptive.executedPlan(), found);
    } else if (plan instanceof QueryStageExec stage) {
      collect(stage.plan(), found);
    }
    CollectionConverters.asJava(plan.children()).forEach(child -> collect(child, found));
    CollectionConverters.asJava(plan.subqueries()).forEach(child -> collect(child, found));
  }

  /** How many rows the operators of a query have generated. */
  static long generated(Dataset<Row> query) {
    return operators(query).stream()
        .mapToLong(operator -> operator.metrics().apply("numOutputRows").value())
        .sum();
  }
}
