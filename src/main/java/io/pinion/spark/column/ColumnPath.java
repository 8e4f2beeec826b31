package io.pinion.spark.column;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.analysis.UnresolvedAttribute;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.jdk.javaapi.CollectionConverters;

/**
 * What a column's name in a setting refers to: a column, or a field in a column of structs, as in
 * {@code doc.title}. A column that has the whole name comes first, with dots or without. Else the
 * name is read as in Spark's expressions, where back quotes enclose a part with dots in it. A name
 * of other case is found last. Immutable.
 *
 * @param places the index of the column, and of a field in each struct on the way
 * @param type of the values
 */
public record ColumnPath(List<Integer> places, DataType type) {

  /** Finds a column or field by its name, as the session tells names apart. */
  public static Optional<ColumnPath> find(StructType schema, String name) {
    return find(schema, name, SQLConf.get().caseSensitiveAnalysis());
  }

  /** Finds a column itself, not a field in one, as the session tells names apart. */
  public static Optional<StructField> column(StructType schema, String name) {
    return find(schema, name)
        .filter(path -> path.places.size() == 1)
        .map(path -> schema.fields()[path.places.get(0)]);
  }

  /**
   * Finds a column or field.
   *
   * @param caseSensitive whether names that differ in case are different
   * @return empty if there is none, or several that differ in case alone
   */
  public static Optional<ColumnPath> find(StructType schema, String name, boolean caseSensitive) {
    Optional<ColumnPath> exact = find(schema, name, String::equals);
    return exact.isPresent() || caseSensitive
        ? exact
        : find(schema, name, String::equalsIgnoreCase);
  }

  private static Optional<ColumnPath> find(
      StructType schema, String name, BiPredicate<String, String> equal) {
    Optional<ColumnPath> whole = walk(schema, List.of(name), equal);
    return whole.isPresent() ? whole : walk(schema, parts(name), equal);
  }

  private static Optional<ColumnPath> walk(
      StructType schema, List<String> names, BiPredicate<String, String> equal) {
    List<Integer> places = new ArrayList<>();
    DataType type = schema;
    for (String name : names) {
      int place = type instanceof StructType struct ? index(struct, name, equal) : -1;
      if (place < 0) {
        return Optional.empty();
      }
      places.add(place);
      type = ((StructType) type).fields()[place].dataType();
    }
    return Optional.of(new ColumnPath(List.copyOf(places), type));
  }

  /** The index of a field; -1 if none or several have the name. */
  private static int index(StructType struct, String name, BiPredicate<String, String> equal) {
    int found = -1;
    for (int i = 0; i < struct.size(); i++) {
      if (equal.test(struct.fields()[i].name(), name)) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }

  /** The parts of a name between dots; the name itself if Spark cannot read it. */
  private static List<String> parts(String name) {
    try {
      return CollectionConverters.asJava(UnresolvedAttribute.parseAttributeName(name));
    } catch (Exception e) {
      if (e instanceof AnalysisException) {
        return List.of(name);
      }
      throw e;
    }
  }

  /** Why a column has no such field; empty if there is no such column. */
  public static Optional<String> missingField(
      StructType schema, String name, boolean caseSensitive) {
    List<String> parts = parts(name);
    for (int known = parts.size() - 1; known > 0; known--) {
      String column = String.join(".", parts.subList(0, known));
      String quoted =
          String.join(".", parts.subList(0, known).stream().map(Names::quoted).toList());
      Optional<ColumnPath> there = find(schema, quoted, caseSensitive);
      if (there.isPresent()) {
        return Optional.of(missingField(column, parts.get(known), there.get().type));
      }
    }
    return Optional.empty();
  }

  private static String missingField(String column, String field, DataType type) {
    return type instanceof StructType struct
        ? "the column '%s' has no field '%s'; it has %s"
            .formatted(column, field, String.join(", ", struct.fieldNames()))
        : "the column '%s' has type %s, and so no field '%s'"
            .formatted(column, type.simpleString(), field);
  }

  /**
   * The value that a name refers to in a row that has a schema; {@code null} if it is null, or a
   * struct on the way to it is.
   *
   * @throws NoSuchElementException if there is no such column or field
   */
  public static Object value(Row row, String name) {
    // The driver has refused names of another case if the session tells them apart.
    ColumnPath path =
        find(row.schema(), name, false)
            .orElseThrow(
                () ->
                    new NoSuchElementException(
                        "no column '%s' among %s"
                            .formatted(name, Arrays.toString(row.schema().fieldNames()))));
    Object value = row;
    for (int place : path.places) {
      value = value == null ? null : ((Row) value).get(place);
    }
    return value;
  }
}
