package io.pinion.generate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CounterRandomTest {
  @Test
  void numbersArePinnedSoThatARunCanBeRepeatedYearsLater() {
    long key = CounterRandom.key(42, "row 1");
    assertThat(key).isEqualTo(-1700604053635132532L);
    assertThat(CounterRandom.uniform(key, 0, 0)).isEqualTo(0.9570872085457429);
  }

  @Test
  void seedRowCompletionAndStepEachChangeTheNumber() {
    Set<Double> numbers = new HashSet<>();
    for (int seed = 0; seed < 10; seed++) {
      for (int row = 0; row < 10; row++) {
        for (int completion = 0; completion < 10; completion++) {
          for (int step = 0; step < 10; step++) {
            long key = CounterRandom.key(seed, "row " + row);
            numbers.add(CounterRandom.uniform(key, completion, step));
          }
        }
      }
    }
    assertThat(numbers).hasSize(10_000).allMatch(number -> number >= 0 && number < 1);
    double mean = numbers.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    assertThat(mean).isCloseTo(0.5, Offset.offset(0.01));
  }
}
