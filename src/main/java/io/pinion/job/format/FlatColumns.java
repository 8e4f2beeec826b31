package io.pinion.job.format;

import io.pinion.job.file.JobException;
import io.pinion.spark.column.Names;
import io.pinion.spark.column.OutputNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Rows for formats without structs, arrays and maps. The struct of generated columns and the struct
 * {@code error} become a column for each field, {@code error_class} and {@code error_message}; any
 * other becomes JSON, which {@code from_json} reads back. Immutable.
 */
final class FlatColumns {
  private final List<Flat> columns = new ArrayList<>();
  private final OutputNames names;

  /** A column: its name, its expression over the rows as they are, and its type. */
  private record Flat(String name, Column value, DataType type) {}

  private FlatColumns(OutputNames names) {
    this.names = names;
  }

  /**
   * The columns for rows of a schema.
   *
   * @throws JobException if two of them would have one name
   */
  static FlatColumns of(StructType schema, OutputNames names) {
    FlatColumns flat = new FlatColumns(names);
    for (StructField field : schema.fields()) {
      flat.add(field.name(), functions.col(Names.quoted(field.name())), field.dataType());
    }
    flat.requireDistinct();
    return flat;
  }

  private void add(String name, Column value, DataType type) {
    if (type instanceof StructType struct && spread(name)) {
      for (StructField field : struct.fields()) {
        add(name + '_' + field.name(), value.getField(field.name()), field.dataType());
      }
    } else if (isNested(type)) {
      columns.add(new Flat(name, functions.to_json(value), DataTypes.StringType));
    } else if (type instanceof NullType) {
      columns.add(new Flat(name, value.cast(DataTypes.StringType), DataTypes.StringType));
    } else {
      columns.add(new Flat(name, value, type));
    }
  }

  /** Whether values of a type are made of others. */
  static boolean isNested(DataType type) {
    return type instanceof StructType || type instanceof ArrayType || type instanceof MapType;
  }

  private boolean spread(String name) {
    return name.equals(names.spread(OutputNames.ERROR))
        || (names.nested() && name.equals(names.struct()));
  }

  private void requireDistinct() {
    Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    for (Flat column : columns) {
      if (!seen.add(column.name)) {
        throw new JobException(
            List.of(
                "two columns '%s' would be written, since the generated structs become a column for each field: rename the input's, or set output.prefix"
                    .formatted(column.name)));
      }
    }
  }

  Dataset<Row> of(Dataset<Row> rows) {
    return rows.select(
        columns.stream().map(each -> each.value.as(each.name)).toArray(Column[]::new));
  }

  StructType schema() {
    StructType schema = new StructType();
    for (Flat column : columns) {
      schema = schema.add(column.name, column.type);
    }
    return schema;
  }
}
