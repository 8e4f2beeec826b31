package io.pinion.spark.column;

import io.pinion.guide.json.type.ValueShape;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Maps the values that a guide allows to Spark types: integer → long, number → double, formats date
 * and date-time → date and timestamp, array → array, an object with named members → struct in their
 * order, an object without → map. Values without a common shape become a string that holds JSON.
 */
final class SparkTypes {
  private SparkTypes() {}

  static DataType of(ValueShape shape) {
    if (shape instanceof ValueShape.Items items) {
      return DataTypes.createArrayType(of(items.items()), true);
    } else if (shape instanceof ValueShape.Entries entries) {
      return MapType.apply(DataTypes.StringType, of(entries.values()), true);
    } else if (shape instanceof ValueShape.Members members) {
      return struct(members);
    }
    return scalar((ValueShape.Scalar) shape);
  }

  private static DataType scalar(ValueShape.Scalar kind) {
    return switch (kind) {
      case BOOLEAN -> DataTypes.BooleanType;
      case INTEGER -> DataTypes.LongType;
      case NUMBER -> DataTypes.DoubleType;
      case DATE -> DataTypes.DateType;
      case DATE_TIME -> DataTypes.TimestampType;
      case STRING, NONE, NULL, MIXED -> DataTypes.StringType;
    };
  }

  private static DataType struct(ValueShape.Members members) {
    List<StructField> fields = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ValueShape.Member member : members.members()) {
      names.add(member.name().toLowerCase(Locale.ROOT));
      fields.add(DataTypes.createStructField(member.name(), of(member.value()), true));
    }
    // Spark treats names that differ only in case as equal.
    return names.size() < fields.size()
        ? DataTypes.StringType
        : new StructType(fields.toArray(StructField[]::new));
  }
}
