package io.pinion.jinja.value;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.Limits;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ValuesTest {
  private static String printed(Object object) {
    return Printer.repr(Values.of(object), new Budget(Limits.standard()));
  }

  @Test
  void javaObjectsBecomePythonValues() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", Arrays.asList(1, 2L, 1.5, 2.5f, true, null, "x"));
    map.put("b", new BigInteger("123456789012345678901234567890"));
    assertThat(printed(map))
        .isEqualTo("{'a': [1, 2, 1.5, 2.5, True, None, 'x'], 'b': 123456789012345678901234567890}");
  }

  @Test
  void otherObjectsAreRefused() {
    assertThatThrownBy(() -> Values.of(new Object()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no template value for java.lang.Object");
  }

  @Test
  void endlessNestingIsRefused() {
    Object[] self = new Object[1];
    List<Object> list = Arrays.asList(self);
    self[0] = list;
    assertThatThrownBy(() -> Values.of(list)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void floatsPrintWithTheShortestDigits() {
    assertThat(FloatText.shortest(2e-3)).isEqualTo("0.002");
    assertThat(FloatText.shortest(2.2250738585072014E-308)).isEqualTo("2.2250738585072014e-308");
    assertThat(FloatText.shortest(2.0E-323)).isEqualTo("2e-323");
    assertThat(FloatText.shortest(1e15)).isEqualTo("1000000000000000.0");
    assertThat(FloatText.shortest(1e16)).isEqualTo("1e+16");
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value)) {
        assertThat(Double.parseDouble(FloatText.shortest(value))).isEqualTo(value);
      }
    }
  }
}
