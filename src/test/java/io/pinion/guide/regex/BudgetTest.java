package io.pinion.guide.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.GuideStepsException;
import io.pinion.guide.json.JsonOptions;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BudgetTest {
  @Test
  void bytesAreForTheLifeOfTheGuide() {
    Budget allowance = new Budget(10);
    allowance.hold(Budget.MAX_BYTES - 5);
    allowance.renew(Long.MAX_VALUE);
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
    allowance.renew(Long.MAX_VALUE);
    allowance.spend(1);
  }

  @Test
  void aTurnMayHaveFewerSteps() {
    Budget allowance = new Budget(5);
    allowance.renew(2);
    allowance.spend(2);
    assertThat(allowance.steps()).isEqualTo(2);
    assertThatThrownBy(() -> allowance.spend(1))
        .isInstanceOf(GuideStepsException.class)
        .hasMessageContaining("more than 2 steps")
        .hasMessageContaining("simplify it");
    allowance.renew(Long.MAX_VALUE);
    allowance.spend(5);
  }

  @Test
  void aLimitedStateStopsWhereOthersGoOn() {
    Guide guide = new GuideCompiler(GuideCases.tokens()).regex("(?:[ab]*a[ab]{40}c)+");
    GuideState limited = guide.start().limitedTo(1);
    byte[] text = "abab".getBytes(StandardCharsets.UTF_8);
    assertThatThrownBy(() -> limited.fork().acceptBytes(text))
        .isInstanceOf(GuideStepsException.class);
    assertThatThrownBy(limited::closingTokens).isInstanceOf(GuideStepsException.class);
    assertThat(guide.start().acceptBytes(text)).isEqualTo(4);
    // What others have built costs no steps.
    assertThat(limited.acceptBytes(text)).isEqualTo(4);
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
  void tenThousandLongTextsAreTakenAsChoicesAndInASchema() {
    Random random = new Random(3);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      StringBuilder text = new StringBuilder(i % 3 == 0 ? "shared beginning " : "");
      for (int j = 0; j < 100; j++) {
        text.append((char) ('a' + random.nextInt(26)));
      }
      texts.add(i % 7 == 0 ? text.substring(0, 20) : i % 11 == 0 ? text + "/é" : text.toString());
    }
    texts.add(texts.get(1) + " and more");
    GuideCompiler compiler = new GuideCompiler(GuideCases.tokens());
    Guide choice = compiler.choice(texts);
    Guide schema =
        compiler.jsonSchema(
            "{\"enum\":[\"" + String.join("\",\"", texts) + "\"]}", JsonOptions.DEFAULT);
    for (int i = 0; i < texts.size(); i += 97) {
      String text = texts.get(i);
      assertThat(GuideCases.accepts(choice, text)).isTrue();
      assertThat(GuideCases.accepts(choice, text + "a")).isFalse();
      assertThat(GuideCases.accepts(choice, text.substring(0, text.length() - 1))).isFalse();
      assertThat(GuideCases.accepts(schema, '"' + text + '"')).isTrue();
      assertThat(GuideCases.accepts(schema, '"' + text + "a\"")).isFalse();
    }
    assertThat(GuideCases.accepts(choice, texts.get(texts.size() - 1))).isTrue();
    assertThat(GuideCases.maskIsExact(choice.start())).isTrue();
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
