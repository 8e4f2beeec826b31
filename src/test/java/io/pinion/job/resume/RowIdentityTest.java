package io.pinion.job.resume;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.TimeZone;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class RowIdentityTest {
  /** A row of names and values; the types do not matter. */
  private static Row row(Object... namesAndValues) {
    StructType schema = new StructType();
    Object[] values = new Object[namesAndValues.length / 2];
    for (int i = 0; i < values.length; i++) {
      schema = schema.add((String) namesAndValues[2 * i], DataTypes.StringType);
      values[i] = namesAndValues[2 * i + 1];
    }
    return new GenericRowWithSchema(values, schema);
  }

  private static String whole(Object... namesAndValues) {
    return new RowIdentity(null).call(row(namesAndValues));
  }

  private static String byId(Object... namesAndValues) {
    return new RowIdentity("id").call(row(namesAndValues));
  }

  @Test
  void theIdAloneNamesARow() {
    assertThat(byId("id", 1L, "text", "a")).isEqualTo(byId("id", 1L, "text", "b"));
    assertThat(byId("id", 1L, "text", "a")).isNotEqualTo(byId("id", 2L, "text", "a"));
  }

  @Test
  void aRowWithoutAnIdIsNamedByItsColumns() {
    assertThat(byId("id", null, "text", "a")).isNotEqualTo(byId("id", null, "text", "b"));
    assertThat(byId("id", null, "text", "a")).isEqualTo(byId("id", null, "text", "a"));
  }

  @Test
  void theFormOfTheTableDoesNotMatter() {
    String name = whole("n", 1, "t", "a");
    assertThat(whole("t", "a", "n", 1)).isEqualTo(name);
    assertThat(whole("n", 1L, "t", "a", "new", null)).isEqualTo(name);
    assertThat(whole("n", 1.0, "t", "a")).isEqualTo(name);
    assertThat(whole("n", new BigDecimal("1.00"), "t", "a")).isEqualTo(name);
    assertThat(whole("n", 0.1f)).isEqualTo(whole("n", 0.1));
    assertThat(whole("n", row("a", 1, "b", null))).isEqualTo(whole("n", row("a", 1)));
  }

  @Test
  void otherRowsHaveOtherNames() {
    assertThat(
            List.of(
                whole("a", "x", "b", null),
                whole("a", null, "b", "x"),
                whole("a", "x1:b1:y"),
                whole("a", "x", "b", "y"),
                whole("a", Double.NaN),
                whole("a", Double.POSITIVE_INFINITY),
                whole("a", 1e300),
                whole("a", new byte[] {1, 2}),
                whole("a", new byte[] {1, 3}),
                whole("a", CollectionConverters.asScala(List.of("x", "y")).toSeq()),
                whole("a", CollectionConverters.asScala(List.of("xy")).toSeq()),
                whole("a", row("x", "y")),
                whole()))
        .doesNotHaveDuplicates();
  }

  @Test
  void timesAreToldApartInMicrosecondsWhereverTheJobRuns() {
    TimeZone before = TimeZone.getDefault();
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Asia/Tokyo"));
      String first = whole("t", Timestamp.from(Instant.parse("2024-01-01T00:00:00.000001Z")));
      TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
      Instant again = Instant.parse("2024-01-01T00:00:00.000001Z");
      assertThat(whole("t", Timestamp.from(again))).isEqualTo(first);
      assertThat(whole("t", again)).isEqualTo(first);
      Instant other = Instant.parse("2024-01-01T00:00:00.000002Z");
      assertThat(whole("t", Timestamp.from(other))).isNotEqualTo(first);
    } finally {
      TimeZone.setDefault(before);
    }
  }
}
