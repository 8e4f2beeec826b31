package io.pinion.guide.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.json.JsonOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void bytesAreForTheLifeOfTheGuide() {
    Budget allowance = new Budget(10);
    allowance.hold(Budget.MAX_BYTES - 5);
    allowance.renew();
    assertThatThrownBy(() -> allowance.hold(6))
        .isInstanceOf(GuideLimitException.class)
        .hasMessageContaining("64 MiB");
    allowance.hold(5);
    assertThat(allowance.bytes()).isEqualTo(Budget.MAX_BYTES);
  }

  @Test
  void stepsAreForOneTurn() {
    Budget allowance = new Budget(2);
    allowance.spend(1);
    allowance.spend(1);
    assertThatThrownBy(() -> allowance.spend(1)).isInstanceOf(GuideLimitException.class);
    allowance.renew();
    allowance.spend(1);
  }

  @Test
  void tenThousandChoicesAreTaken() {
    List<String> choices = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      choices.add("choice %d of %d".formatted(i, i * 7919L % 10_007));
    }
    Guide guide = new GuideCompiler(GuideCases.tokens()).choice(choices);
    assertThat(GuideCases.accepts(guide, choices.get(9_999))).isTrue();
    assertThat(GuideCases.accepts(guide, "choice 9999 of")).isFalse();
  }

  @Test
  void severalMultiplesAreOneCondition() {
    Guide guide =
        new GuideCompiler(GuideCases.tokens())
            .jsonSchema(
                "{\"type\":\"integer\",\"allOf\":[{\"multipleOf\":997},{\"multipleOf\":991}]}",
                JsonOptions.DEFAULT);
    assertThat(GuideCases.accepts(guide, "988027")).isTrue();
    assertThat(List.of("997", "991", "988028")).noneMatch(t -> GuideCases.accepts(guide, t));
  }

  @Test
  void aGuideThatGrowsWithoutEndIsALimitErrorOfItsRow() {
    Guide guide = new GuideCompiler(GuideCases.tokens()).regex("(?:[ab]*a[ab]{40}c)*");
    GuideState state = guide.start();
    byte[] known = {'a', 'b'};
    assertThat(guide.start().acceptBytes(known)).isEqualTo(2);
    Random random = new Random(1);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 2_000_000; i++) {
                assertThat(state.acceptBytes(new byte[] {(byte) ('a' + random.nextInt(2))}))
                    .isEqualTo(1);
              }
            })
        .isInstanceOf(GuideLimitException.class);
    assertThat(guide.lexer().pool().bytes()).isLessThanOrEqualTo(Budget.MAX_BYTES);
    assertThat(guide.start().acceptBytes(known)).isEqualTo(2);
  }
}
