package io.pinion.generate.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.sample.TokenMask;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.GuideState;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
import io.pinion.text.Vocabulary;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class AllowedTokensTest {
  private static final int SIZE = 29;
  private static final Vocabulary VOCABULARY = new LetterTokenizer(26).vocabulary();
  private static final Set<Integer> ENDS = Set.of(0);

  private final AllowedTokens allowed = new AllowedTokens(SIZE, VOCABULARY);

  private static Guide guide(String request) {
    return Guides.of(VOCABULARY).guide(GuideRequest.parse(request, JsonOptions.DEFAULT));
  }

  private static GuideState after(Guide guide, String text) {
    GuideState state = guide.start();
    text.chars().forEach(letter -> assertThat(state.accept(letter - '`')).isTrue());
    return state;
  }

  private static int[] tokens(TokenMask mask) {
    return IntStream.range(0, SIZE).filter(mask::allows).toArray();
  }

  @Test
  void rowsInTheSamePlaceOfAGuideHaveTheSameMask() {
    Guide guide = guide("{\"regex\": \"x*(ab|ac)\"}");
    TokenMask one = allowed.guided(after(guide, "xa"), true, ENDS);
    assertThat(allowed.guided(after(guide, "xxxa"), true, ENDS)).isSameAs(one);
    assertThat(tokens(one)).containsExactly(2, 3);
    assertThat(allowed.guided(after(guide, "x"), true, ENDS)).isNotSameAs(one);
  }

  @Test
  void anEndIsAnotherPlace() {
    Guide guide = guide("{\"regex\": \"a*\"}");
    TokenMask may = allowed.guided(after(guide, "a"), true, ENDS);
    TokenMask mustGoOn = allowed.guided(after(guide, "aa"), false, ENDS);
    TokenMask otherEnd = allowed.guided(after(guide, "a"), true, Set.of(5));
    assertThat(tokens(may)).containsExactly(0, 1);
    assertThat(tokens(mustGoOn)).containsExactly(1);
    assertThat(tokens(otherEnd)).containsExactly(1, 5);
  }

  @Test
  void placesThatWereForgottenHaveTheirMasksAgain() {
    Guide guide = guide("{\"regex\": \"[a-y]{0,2000}z\"}".replace("z", "a"));
    GuideState state = guide.start();
    for (int i = 0; i < 1500; i++) {
      TokenMask mask = allowed.guided(state, true, ENDS);
      assertThat(tokens(mask)).contains(1, 25);
      assertThat(mask.allows(0)).isEqualTo(state.isAccepting());
      state.accept(1 + i % 25);
    }
  }

  @Test
  void withoutAGuideOnlyAnEndThatComesTooSoonIsForbidden() {
    assertThat(allowed.unguided(true, ENDS)).isNull();
    assertThat(allowed.unguided(false, Set.of())).isNull();
    TokenMask mask = allowed.unguided(false, ENDS);
    assertThat(tokens(mask)).containsExactly(IntStream.range(1, SIZE).toArray());
    assertThat(allowed.unguided(false, ENDS)).isSameAs(mask);
  }
}
