package io.pinion.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

/** A record whose type is given as Spark has types. */
class OutputTypeTest extends SparkTest {
  private static final String ALL =
      "s STRING NOT NULL, v VARCHAR(3) NOT NULL, b TINYINT NOT NULL, h SMALLINT NOT NULL,"
          + " i INT NOT NULL, l BIGINT NOT NULL, f FLOAT, d DOUBLE, m DECIMAL(5,2) NOT NULL,"
          + " t BOOLEAN NOT NULL, day DATE NOT NULL, at TIMESTAMP NOT NULL,"
          + " a ARRAY<INT>, o STRUCT<x: STRING, y: INT> NOT NULL";

  private static TextGenerator generator(String type) {
    return tinyGenerator()
        .setInputCol("text")
        .setMaxTokens(300)
        .setTemperature(1)
        .setOutputType(type);
  }

  private static Dataset<Row> rows(int count) {
    return spark.range(0, count, 1, 1).selectExpr("cast(id as string) as text");
  }

  @Test
  void theParsedColumnHasTheTypeThatWasGiven() {
    Dataset<Row> answers = generator(ALL).transform(rows(12));
    StructType given = StructType.fromDDL(ALL.replace("VARCHAR(3)", "STRING"));
    assertThat(answers.schema().apply("parsed").dataType()).isEqualTo(given);
    List<Row> parsed = answers.select("parsed.*").collectAsList();
    assertThat(parsed).hasSize(12);
    for (Row row : parsed) {
      assertThat(row.<String>getAs("v").codePointCount(0, row.<String>getAs("v").length()))
          .isLessThanOrEqualTo(3);
      assertThat(row.<Object>getAs("b")).isInstanceOf(Byte.class);
      assertThat(row.<Object>getAs("h")).isInstanceOf(Short.class);
      assertThat(row.<Object>getAs("i")).isInstanceOf(Integer.class);
      assertThat(row.<BigDecimal>getAs("m").scale()).isEqualTo(2);
      assertThat(row.<Object>getAs("day")).isInstanceOf(java.sql.Date.class);
      assertThat(row.<Row>getAs("o").schema().fieldNames()).containsExactly("x", "y");
    }
  }

  @Test
  void theJsonOfATypeIsTheSameAsItsColumns() {
    String json = StructType.fromDDL("a STRING, b INT NOT NULL").json();
    assertThat(generator(json).transform(rows(1)).schema())
        .isEqualTo(generator("a STRING, b INT NOT NULL").transform(rows(1)).schema());
  }

  @Test
  void whatIsNoTypeIsRefusedBeforeAnythingRuns() {
    StructType schema = rows(1).schema();
    assertThatThrownBy(() -> generator("customer STRIN").transformSchema(schema))
        .hasMessageContaining("'customer STRIN' is no type of a struct");
    assertThatThrownBy(() -> generator("{\"type\": 3}").transformSchema(schema))
        .hasMessageContaining("is no type of a struct");
    assertThatThrownBy(() -> generator("\"long\"").transformSchema(schema))
        .hasMessageContaining("is no type of a struct");
    assertThatThrownBy(() -> generator("a STRUCT<b: BINARY>").transformSchema(schema))
        .hasMessageContaining("field 'a.b' has type binary, which no JSON value becomes");
    assertThatThrownBy(
            () -> generator("a INT").setGuide("{\"regex\": \"a\"}").transformSchema(schema))
        .hasMessageContaining("outputType is itself a guide: set no other beside it");
    assertThatThrownBy(() -> generator("a INT").setStop("x").transformSchema(schema))
        .hasMessageContaining("stop cannot go with a guide");
  }
}
