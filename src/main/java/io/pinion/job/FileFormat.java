package io.pinion.job;

import io.pinion.job.file.JobFile.Output;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The files of an output. CSV has texts only: columns of structs, arrays and maps become JSON, and
 * blanks around a text stay.
 */
record FileFormat(Output output) {
  private static final String CSV = "csv";

  DataFrameWriter<Row> writer(Dataset<Row> rows) {
    return texts(rows).write().format(output.format()).options(writeOptions());
  }

  private Map<String, String> writeOptions() {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    if (isCsv()) {
      options.put("ignoreLeadingWhiteSpace", "false");
      options.put("ignoreTrailingWhiteSpace", "false");
    }
    options.putAll(output.options());
    return new LinkedHashMap<>(options);
  }

  /** An option, whose name may have any case, as Spark takes it; {@code null} if it is not set. */
  static String option(Output output, String name) {
    return output.options().entrySet().stream()
        .filter(option -> option.getKey().equalsIgnoreCase(name))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(null);
  }

  /** Reads what was written, with the columns it was written with; JSON and CSV state no types. */
  Dataset<Row> read(SparkSession spark, StructType schema, Path path) {
    DataFrameReader reader = spark.read().options(output.options()).format(output.format());
    if (isCsv()) {
      reader = reader.option("multiLine", true);
    }
    return (output.format().equals("parquet") ? reader : reader.schema(text(schema)))
        .load(Places.literal(path));
  }

  private boolean isCsv() {
    return output.format().equals(CSV);
  }

  private Dataset<Row> texts(Dataset<Row> rows) {
    if (!isCsv()) {
      return rows;
    }
    List<Column> columns = new ArrayList<>();
    for (StructField field : rows.schema().fields()) {
      Column column = rows.col(Names.quoted(field.name()));
      if (isNested(field.dataType())) {
        column = functions.to_json(column).as(field.name());
      } else if (field.dataType() instanceof NullType) {
        column = column.cast(DataTypes.StringType).as(field.name());
      }
      columns.add(column);
    }
    return rows.select(columns.toArray(Column[]::new));
  }

  private StructType text(StructType schema) {
    if (!isCsv()) {
      return schema;
    }
    StructType texts = new StructType();
    for (StructField field : schema.fields()) {
      boolean asText = isNested(field.dataType()) || field.dataType() instanceof NullType;
      texts = texts.add(field.name(), asText ? DataTypes.StringType : field.dataType());
    }
    return texts;
  }

  private static boolean isNested(DataType type) {
    return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
  }
}
