package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameter;
import io.pinion.generate.SamplingParameters;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class SamplingOverridesTest {
  /** What a row's parameter is where its column {@code c} has a value. */
  private static Object value(SamplingParameter parameter, Object inColumn) {
    StructType schema = new StructType().add("c", DataTypes.NullType);
    Row row = new GenericRowWithSchema(new Object[] {inColumn}, schema);
    SamplingColumn column = new SamplingColumn(parameter, "c");
    SamplingParameters common = SamplingParameters.DEFAULTS.with(SamplingParameter.MAX_TOKENS, 9);
    return parameter.of(new SamplingOverrides(common, List.of(column)).of(row));
  }

  private static Object list(Object... items) {
    return CollectionConverters.asScala(Arrays.asList(items)).toSeq();
  }

  private static void assertRefused(SamplingParameter parameter, Object inColumn, String message) {
    assertThatThrownBy(() -> value(parameter, inColumn))
        .isInstanceOf(RowException.class)
        .hasMessage(message);
  }

  @Test
  void numbersOfAnyTypeAreTakenWhereTheyAreExact() {
    for (Number number : List.of((byte) 7, (short) 7, 7, 7L, 7f, 7.0, new BigDecimal("7.00"))) {
      assertThat(value(SamplingParameter.TOP_K, number)).isEqualTo(7);
      assertThat(value(SamplingParameter.SEED, number)).isEqualTo(7L);
      assertThat(value(SamplingParameter.TEMPERATURE, number)).isEqualTo(7.0);
    }
    assertThat(value(SamplingParameter.SEED, Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
    assertThat(value(SamplingParameter.STOP_TOKEN_IDS, list(1L, 2))).isEqualTo(List.of(1, 2));
    assertThat(value(SamplingParameter.STOP, "x")).isEqualTo(List.of("x"));
    assertThat(value(SamplingParameter.STOP, list("x", "y"))).isEqualTo(List.of("x", "y"));
    assertThat(value(SamplingParameter.IGNORE_EOS, true)).isEqualTo(true);
  }

  @Test
  void aNullStandsForTheJobsValue() {
    assertThat(value(SamplingParameter.MAX_TOKENS, null)).isEqualTo(9);
  }

  @Test
  void nothingIsCutInSilence() {
    assertRefused(
        SamplingParameter.SEED,
        1.5,
        "seed in column 'c' must be an integer of at most 64 bits, is 1.5");
    assertRefused(
        SamplingParameter.SEED,
        1e300,
        "seed in column 'c' must be an integer of at most 64 bits, is 1.0E300");
    assertRefused(
        SamplingParameter.TOP_K, 1.5, "top-k in column 'c' must be an integer, 0 or more, is 1.5");
    assertRefused(
        SamplingParameter.TOP_K,
        5_000_000_000L,
        "top-k in column 'c' must be an integer, 0 or more, is 5000000000, which is above 2147483647");
    assertRefused(
        SamplingParameter.STOP_TOKEN_IDS,
        list(1L, 5_000_000_000L),
        "stop-token-ids in column 'c' must be a list of integers, 0 or more, has 5000000000, which is above 2147483647");
    assertRefused(
        SamplingParameter.STOP,
        list("x", null),
        "stop in column 'c' must be a list of non-empty strings, has null");
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertRefused(
        SamplingParameter.PRESENCE_PENALTY,
        5,
        "presence-penalty in column 'c' must be a number from -2 to 2, is 5.0");
    assertRefused(
        SamplingParameter.TEMPERATURE,
        Double.NaN,
        "temperature in column 'c' must be a number from 0 to 100, is NaN");
  }

  @Test
  void anEntryNamesAParameterThatARowMayHaveAndItsColumn() {
    assertThat(SamplingColumn.parse("top-p=a=b"))
        .contains(new SamplingColumn(SamplingParameter.TOP_P, "a=b"));
    for (String entry : List.of("", "=", "top-p", "top-p=", "n=c", "beam-width=c", "topp=c")) {
      assertThat(SamplingColumn.parse(entry)).as(entry).isEmpty();
    }
  }

  @Test
  void theColumnsTypeMustFit() {
    assertThat(new SamplingColumn(SamplingParameter.STOP, "c").problem(DataTypes.StringType))
        .isEmpty();
    DataType texts = DataTypes.createArrayType(DataTypes.StringType);
    assertThat(new SamplingColumn(SamplingParameter.STOP_TOKEN_IDS, "c").problem(texts))
        .contains(
            "stop-token-ids in column 'c' must be a list of integers, 0 or more, has type"
                + " array<string>");
  }
}
