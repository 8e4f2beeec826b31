package io.pinion.job.format;

import io.pinion.job.file.JobException;
import io.pinion.job.file.JobFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.DataSource$;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;

/** The formats that a session knows: those that Spark brings, and those of added libraries. */
public final class DataSources {
  private DataSources() {}

  /**
   * Checks that the session knows the formats of a job.
   *
   * @throws JobException if it does not
   */
  public static void require(SparkSession spark, JobFile job) {
    List<String> problems = new ArrayList<>();
    require(spark, "input.format", job.input().format()).ifPresent(problems::add);
    require(spark, "output.format", job.output().format()).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
  }

  private static Optional<String> require(SparkSession spark, String key, String format) {
    if (format.equals(JobFile.TABLE) || find(spark, format).isPresent()) {
      return Optional.empty();
    }
    return Optional.of(
        "%s %s is no data source that this session knows: name one of Spark's (csv, jdbc, json, orc, parquet, text, xml) or %s, or add its library, as in -- --packages GROUP:NAME:VERSION"
            .formatted(key, format, JobFile.TABLE));
  }

  private static Optional<Class<?>> find(SparkSession spark, String format) {
    try {
      return Optional.of(
          DataSource$.MODULE$.lookupDataSource(
              format, ((org.apache.spark.sql.classic.SparkSession) spark).sessionState().conf()));
    } catch (Exception e) {
      // Spark throws the second, which is checked, without declaring it.
      if (e instanceof AnalysisException || e instanceof ClassNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * Whether a format's rows are plain files, which can be moved; else its data source alone may
   * change what it keeps.
   */
  public static boolean isFiles(SparkSession spark, String format) {
    return find(spark, format)
        .filter(
            type ->
                org.apache.spark.sql.execution.datasources.FileFormat.class.isAssignableFrom(type)
                    || FileDataSourceV2.class.isAssignableFrom(type))
        .isPresent();
  }
}
