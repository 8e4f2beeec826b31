package io.pinion.job.format;

import io.pinion.job.file.JobFile.Output;
import io.pinion.spark.column.Names;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * How rows look in the format of an output. CSV and databases have no structs, arrays and maps, for
 * which there are {@link FlatColumns}. In CSV, blanks around a text stay.
 */
public record FileFormat(Output output) {
  private static final String CSV = "csv";
  private static final String XML = "xml";
  private static final String ROW_TAG = "rowTag";

  public DataFrameWriter<Row> writer(Dataset<Row> rows) {
    Dataset<Row> written = flat(rows);
    return written
        .write()
        .format(output.format())
        .options(writeOptions())
        .partitionBy(PartitionColumns.of(written.schema(), output.partitionBy()));
  }

  /** The rows with the columns that will be written. */
  public Dataset<Row> flat(Dataset<Row> rows) {
    return isFlat() ? FlatColumns.of(rows.schema(), output.names()).of(rows) : rows;
  }

  private Map<String, String> writeOptions() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (output.format().equals(CSV)) {
      options.put("ignoreLeadingWhiteSpace", "false");
      options.put("ignoreTrailingWhiteSpace", "false");
    } else if (output.format().equals(XML)) {
      options.put(ROW_TAG, "ROW");
    }
    options.putAll(output.options());
    return new LinkedHashMap<>(options);
  }

  /** An option, whose name may have any case, as Spark takes it; {@code null} if it is not set. */
  public static String option(Output output, String name) {
    return output.options().entrySet().stream()
        .filter(option -> option.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  /** Reads what was written, with the columns it was written with; JSON and CSV state no types. */
  public Dataset<Row> read(SparkSession spark, StructType schema, Path path) {
    DataFrameReader reader = spark.read().options(output.options()).format(output.format());
    if (output.format().equals(CSV)) {
      reader = reader.option("multiLine", true);
    } else if (output.format().equals(XML) && option(output, ROW_TAG) == null) {
      reader = reader.option(ROW_TAG, "ROW");
    }
    boolean typed = output.format().equals("parquet") && output.partitionBy().isEmpty();
    return (typed ? reader : reader.schema(written(schema))).load(Names.literal(path.toString()));
  }

  /** The columns of the files that rows of a schema are written to. */
  public StructType written(StructType schema) {
    return isFlat() ? FlatColumns.of(schema, output.names()).schema() : schema;
  }

  private boolean isFlat() {
    return output.format().equals(CSV) || output.format().equals("jdbc");
  }
}
