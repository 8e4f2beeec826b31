package io.pinion.setting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettingTypeTest {
  private static void assertAllowed(SettingType<?> type, Object... values) {
    for (Object value : values) {
      assertThat(type.problem(value)).as("%s", value).isEmpty();
    }
  }

  private static void assertRefused(SettingType<?> type, Object value, String problem) {
    assertThat(type.problem(value)).contains(problem);
  }

  @Test
  void decimalsAreBoundedAndFinite() {
    SettingType<Double> closed = SettingType.decimal(0.01, 100);
    assertAllowed(closed, 0.01, 1.0, 100.0);
    assertRefused(closed, 1e-40, "must be a number from 0.01 to 100, is 1.0E-40");
    for (double value : new double[] {1e300, Double.POSITIVE_INFINITY, Double.NaN, -1}) {
      assertRefused(closed, value, "must be a number from 0.01 to 100, is " + value);
    }
    SettingType<Double> open = SettingType.decimalAbove(0, 1);
    assertAllowed(open, Double.MIN_VALUE, 1.0);
    assertRefused(open, 0.0, "must be a number above 0 and at most 1, is 0.0");
    assertRefused(open, Double.NaN, "must be a number above 0 and at most 1, is NaN");
  }

  @Test
  void integersAreBounded() {
    assertAllowed(SettingType.integer(1, 3), 1, 3);
    assertRefused(SettingType.integer(1, 3), 4, "must be an integer from 1 to 3, is 4");
    SettingType<Integer> open = SettingType.integer(0, Integer.MAX_VALUE);
    assertAllowed(open, 0, Integer.MAX_VALUE);
    assertRefused(open, -1, "must be an integer, 0 or more, is -1");
    assertRefused(
        open,
        5_000_000_000L,
        "must be an integer, 0 or more, is 5000000000, which is above 2147483647");
    assertRefused(
        SettingType.tokenIds(),
        List.of(4_294_967_296L),
        "must be a list of integers, 0 or more, has 4294967296, which is above 2147483647");
    assertAllowed(SettingType.longInteger(), Long.MIN_VALUE, Long.MAX_VALUE);
    assertRefused(SettingType.longInteger(), 0.5, "must be an integer of at most 64 bits, is 0.5");
  }

  @Test
  void textsAreShownInQuotes() {
    assertAllowed(SettingType.text(), "", "x");
    assertAllowed(SettingType.name(), "x");
    assertRefused(SettingType.name(), "", "must be a string that is not empty, is ''");
    assertRefused(SettingType.choice(List.of("a", "b")), "c", "must be one of a, b, is 'c'");
    assertRefused(SettingType.flag(), "yes", "must be true or false, is 'yes'");
    assertRefused(SettingType.text(), null, "must be a string, is null");
  }

  @Test
  void ofAListTheFirstItemThatIsNotAllowedIsNamed() {
    assertAllowed(SettingType.texts(), List.of(), List.of("a", "b"));
    assertRefused(
        SettingType.texts(), List.of("a", ""), "must be a list of non-empty strings, has ''");
    assertRefused(
        SettingType.tokenIds(),
        Arrays.asList(1, null, -1),
        "must be a list of integers, 0 or more, has null");
    assertRefused(
        SettingType.choices(List.of("a")), List.of("b"), "must be a list with any of a, has 'b'");
    assertRefused(SettingType.tokenIds(), 3, "must be a list of integers, 0 or more, is 3");
  }
}
