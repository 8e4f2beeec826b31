package io.pinion.guide.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.RandomTexts;
import io.pinion.guide.error.GuideException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * From every state that a text can reach, some text ends. Random walks over random schemas; a long
 * run: {@code mvn test -Dtest=DeadEndTest -Dproperty.rounds=20000}.
 */
class DeadEndTest {
  private static final int ROUNDS = Integer.getInteger("property.rounds", 300);
  private static final long FIRST_SEED = Long.getLong("property.seed", 0);
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type':'array','contains':{'const':0},'maxContains':0}",
        "{'type':'array','items':{'const':0},'contains':{'const':0},'minContains':3,'maxContains':2}",
        "{'type':'array','contains':true,'minContains':2,'maxContains':1}",
        "{'type':'object','properties':{'a':{'type':'array','contains':{},'maxContains':0}},"
            + "'required':['a']}",
        "{'type':'array','minItems':1,'items':{'type':'array','contains':{},'maxContains':0}}",
        "{'type':'array','items':{'enum':[1,2]},'uniqueItems':true,'minItems':3}"
      })
  void arraysThatCannotEndAreNoneOfTheValues(String schema) {
    assertThatThrownBy(() -> guide(schema))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("no value satisfies");
  }

  @Test
  void anArrayThatCannotEndLeavesItsAlternativesAlone() {
    Guide guide =
        guide(
            "{'anyOf':[{'type':'null'},{'type':'array','contains':{'type':'number'},"
                + "'minContains':3,'maxContains':2}]}");
    assertThat(GuideCases.accepts(guide, "null")).isTrue();
    assertThat(guide.start().acceptBytes(new byte[] {'['})).isZero();
  }

  @Test
  void noneOfTheseIsAMostOfNone() {
    Guide guide =
        guide(
            "{'type':'array','items':{'type':'integer'},'contains':{'const':7},'minContains':0,"
                + "'maxContains':0}");
    assertThat(List.of("[]", "[1,2]", "[77]")).allMatch(text -> GuideCases.accepts(guide, text));
    assertThat(List.of("[7]", "[1,7]")).noneMatch(text -> GuideCases.accepts(guide, text));
  }

  @Test
  void someTextEndsFromEveryState() {
    List<String> faults = new ArrayList<>();
    int walked = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      RandomValues values = new RandomValues(seed);
      String schema =
          (seed % 4 == 0 ? new RandomSchemas(values, false) : RandomSchemas.ofArrays(values))
              .document()
              .toString();
      try {
        Guide guide = COMPILER.jsonSchema(schema, new JsonOptions(seed % 2 == 0, 0));
        new RandomTexts(values, GuideCases.tokens()).walk(guide, DeadEndTest::ends);
        walked++;
      } catch (GuideException e) {
        assertThat(e).hasMessageNotContaining("cannot be closed");
      } catch (AssertionError e) {
        faults.add("seed " + seed + ": " + e.getMessage() + " for " + schema);
      }
    }
    assertThat(faults).isEmpty();
    assertThat(walked).isGreaterThan(ROUNDS / 3);
  }

  /** The state may end, or has a next token and a text that ends it. */
  private static void ends(GuideState state) {
    assertThat(GuideCases.goesOn(state)).as("a token may come").isEqualTo(state.isOpen());
    assertThat(state.isOpen() || state.isAccepting()).as("the text may go on or end").isTrue();
    GuideState ahead = state.fork();
    byte[] closing = ahead.closing();
    assertThat(ahead.closesWithin(closing.length)).as("the cost of closing").isTrue();
    assertThat(closing.length > 0 && ahead.closesWithin(closing.length - 1)).isFalse();
    assertThat(ahead.acceptBytes(closing)).isEqualTo(closing.length);
    assertThat(ahead.isAccepting()).as("the closing closes").isTrue();
  }

  private static Guide guide(String schema) {
    return COMPILER.jsonSchema(schema.replace('\'', '"'), JsonOptions.DEFAULT);
  }
}
