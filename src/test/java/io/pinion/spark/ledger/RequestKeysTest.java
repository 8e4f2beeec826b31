package io.pinion.spark.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.catalyst.expressions.GenericRowWithSchema;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import scala.jdk.javaapi.CollectionConverters;

class RequestKeysTest {
  private static RequestKey key(Object value) {
    StructType schema = new StructType().add("a", DataTypes.StringType);
    return new RequestKeys("common", List.of("a"))
        .of(new GenericRowWithSchema(new Object[] {value}, schema));
  }

  /** A sampling parameter takes them for different values, though a prompt has the same text. */
  @Test
  void valuesOfOneTextAndOtherKindsHaveOtherKeys() {
    Object list = CollectionConverters.asScala(List.of("x")).toSeq();
    assertThat(List.of(key(0.7f), key(0.7), key("[\"x\"]"), key(list), key("null"), key(null)))
        .doesNotHaveDuplicates();
  }

  @Test
  void integersHaveOneKeyWhateverTheirWidth() {
    assertThat(key(7)).isEqualTo(key(7L)).isEqualTo(key((short) 7));
  }
}
