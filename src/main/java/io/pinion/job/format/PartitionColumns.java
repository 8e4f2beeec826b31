package io.pinion.job.format;

import io.pinion.job.file.JobException;
import io.pinion.spark.column.ColumnPath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns by which an output is partitioned. */
public final class PartitionColumns {
  private PartitionColumns() {}

  /**
   * The columns with the names that they have in a schema.
   *
   * @throws JobException if one is not there, is named twice, or has a type without single values
   */
  public static String[] of(StructType schema, List<String> names) {
    List<String> problems = new ArrayList<>();
    Set<String> found = new LinkedHashSet<>();
    for (String name : names) {
      // A field of a struct cannot partition.
      StructField field = ColumnPath.column(schema, name).orElse(null);
      if (field == null) {
        problems.add(
            "output.partition-by: there is no column '%s'; there are %s"
                .formatted(name, String.join(", ", schema.fieldNames())));
      } else if (FlatColumns.isNested(field.dataType())) {
        problems.add(
            "output.partition-by: the column '%s' has type %s, whose values cannot name partitions"
                .formatted(name, field.dataType().simpleString()));
      } else if (!found.add(field.name())) {
        problems.add("output.partition-by names the column '" + field.name() + "' twice");
      }
    }
    if (!problems.isEmpty()) {
      throw new JobException(problems);
    }
    return found.toArray(String[]::new);
  }
}
