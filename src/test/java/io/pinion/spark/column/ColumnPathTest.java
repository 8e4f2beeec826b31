package io.pinion.spark.column;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnPathTest {
  private static final StructType SCHEMA =
      StructType.fromDDL(
          "text INT, `user.text` INT, doc STRUCT<title: INT, `a.b`: STRUCT<c: INT>, N: INT, n: INT>,"
              + " `doc.title` INT, `my doc` STRUCT<`x y`: INT>, `a``b` INT, list ARRAY<INT>,"
              + " Same INT, same INT, Deep STRUCT<Field: INT>");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "text | 0",
        "TEXT | 0",
        "user.text | 1",
        "User.Text | 1",
        "`user.text` | 1",
        "doc.title | 3",
        "`doc`.title | 2 0",
        "`doc`.`title` | 2 0",
        "doc.`a.b`.c | 2 1 0",
        "doc.n | 2 3",
        "doc.N | 2 2",
        "my doc.x y | 4 0",
        "`my doc`.`x y` | 4 0",
        "a`b | 5",
        "`a``b` | 5",
        "same | 8",
        "Same | 7",
        "deep.field | 9 0",
        "list | 6"
      })
  void aNameIsAColumnOrAFieldInOne(String name, String places) {
    List<Integer> expected = List.of(places.split(" ")).stream().map(Integer::valueOf).toList();
    assertThat(ColumnPath.find(SCHEMA, name, false).orElseThrow().places()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"TEXT", "User.Text", "deep.field", "SAME", "x", "doc.x", "list.x", "`doc", "``", "."})
  void whatIsNotThereIsNotFound(String name) {
    assertThat(ColumnPath.find(SCHEMA, name, true)).isEmpty();
  }

  @Test
  void aNameOfOtherCaseThatFitsTwoColumnsIsNotFound() {
    assertThat(ColumnPath.find(SCHEMA, "SAME", false)).isEmpty();
  }

  @Test
  void aMissingFieldIsExplained() {
    assertThat(ColumnPath.missingField(SCHEMA, "doc.titel", false))
        .hasValue("the column 'doc' has no field 'titel'; it has title, a.b, N, n");
    assertThat(ColumnPath.missingField(SCHEMA, "doc.title.more", false))
        .hasValue("the column 'doc.title' has type int, and so no field 'more'");
    assertThat(ColumnPath.missingField(SCHEMA, "list.x", false))
        .hasValue("the column 'list' has type array<int>, and so no field 'x'");
    assertThat(ColumnPath.missingField(SCHEMA, "dok.title", false)).isEmpty();
    assertThat(ColumnPath.missingField(SCHEMA, "dok", false)).isEmpty();
  }

  @Test
  void aNullOnTheWayIsNull() {
    StructType struct = StructType.fromDDL("a STRUCT<b: STRUCT<c: INT>>");
    StructType inner = StructType.fromDDL("b STRUCT<c: INT>");
    Row none = new GenericRowWithSchema(new Object[] {null}, struct);
    Row half =
        new GenericRowWithSchema(
            new Object[] {new GenericRowWithSchema(new Object[] {null}, inner)}, struct);
    assertThat(ColumnPath.value(none, "a.b.c")).isNull();
    assertThat(ColumnPath.value(half, "a.b.c")).isNull();
  }
}
