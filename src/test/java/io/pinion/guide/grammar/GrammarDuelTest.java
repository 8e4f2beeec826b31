package io.pinion.guide.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.RandomTexts;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.RandomValues;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Random grammars, judged by {@link NaiveGrammar}: what the guide lets through is derived from the
 * grammar, and where no terminal looks past its end, the other way round too. A long run: {@code
 * mvn test -Dtest=GrammarDuelTest -Dproperty.rounds=50000 -Dproperty.seed=1000}.
 */
class GrammarDuelTest {
  private static final int ROUNDS = Integer.getInteger("property.rounds", 1500);
  private static final long FIRST_SEED = Long.getLong("property.seed", 0);
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  private final List<String> faults = new ArrayList<>();
  private int compiled;
  private int accepted;
  private int lookingAhead;

  @Test
  void guidesAndTheNaiveParserAgree() {
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS && faults.size() < 10; seed++) {
      round(seed);
    }
    System.out.printf(
        "grammars: %d, %d compiled, %d with lookahead, %d texts accepted%n",
        ROUNDS, compiled, lookingAhead, accepted);
    assertThat(faults).isEmpty();
    assertThat(compiled).isGreaterThan(ROUNDS / 3);
    assertThat(lookingAhead).isGreaterThan(ROUNDS / 20);
  }

  private void round(long seed) {
    RandomValues values = new RandomValues(seed);
    NaiveGrammar naive = NaiveGrammar.random(values);
    try {
      compare(seed, values, naive, COMPILER.grammar(naive.lark()));
    } catch (GuideException e) {
      assertThat(e).hasMessageNotContaining("cannot be closed");
    }
  }

  private void compare(long seed, RandomValues values, NaiveGrammar naive, Guide guide) {
    compiled++;
    lookingAhead += naive.looksAhead() ? 1 : 0;
    RandomTexts texts = new RandomTexts(values, GuideCases.tokens());
    for (int i = 0; i < 4; i++) {
      judge(seed, naive, guide, texts.next(guide));
    }
    for (int i = 0; i < 12; i++) {
      judge(seed, naive, guide, NaiveGrammar.text(values));
    }
  }

  private void judge(long seed, NaiveGrammar naive, Guide guide, String text) {
    if (text.length() > 14) {
      return;
    }
    boolean taken = GuideCases.accepts(guide, text);
    accepted += taken ? 1 : 0;
    if (taken != naive.derives(text) && (taken || !naive.looksAhead())) {
      String what = taken ? "accepts" : "rejects";
      faults.add("seed " + seed + ": " + what + " '" + text + "' of\n" + naive.lark());
    }
  }
}
