package io.pinion.guide.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.TinyVocabulary;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TokenExtensionsTest {
  private static String forced(String pattern, String... tokens) {
    return forcedBehind("", pattern, tokens);
  }

  /** The texts of the forced tokens behind a text, each token between bars. */
  private static String forcedBehind(String before, String pattern, String... tokens) {
    Vocabulary vocabulary = TinyVocabulary.of(tokens);
    Guide guide = new GuideCompiler(TokenVocabulary.of(vocabulary)).regex(pattern);
    GuideState state = guide.start();
    byte[] bytes = before.getBytes(StandardCharsets.UTF_8);
    assertThat(state.acceptBytes(bytes)).isEqualTo(bytes.length);
    StringBuilder text = new StringBuilder();
    for (int token : state.forcedTokens(guide::spell)) {
      text.append('|').append(new String(vocabulary.bytes(token), StandardCharsets.ISO_8859_1));
    }
    return text.toString();
  }

  @Test
  void whereThereIsAChoiceNothingIsForced() {
    assertThat(forced("a|b")).isEmpty();
    assertThat(forced("[ab]c")).isEmpty();
    assertThat(forced("a?")).isEmpty();
  }

  @Test
  void theTokensOfTheOneWayOnAreForced() {
    assertThat(forced("abx[cd]", "ab")).isEqualTo("|ab|x");
    assertThat(forced("abx[cd]", "bx")).isEqualTo("|a|bx");
    assertThat(forcedBehind("c", "[cd]abab[cd]", "ab")).isEqualTo("|ab|ab");
  }

  @Test
  void tokensAreKeptBackWhileALongerOneFits() {
    assertThat(forced("ab(c|d)", "ab", "abc")).isEmpty();
    assertThat(forced("xab(c|d)", "ab", "abc")).isEqualTo("|x");
    assertThat(forced("xab(cd|ce)", "ab", "abcdef", "abcdx")).isEqualTo("|x|ab|c");
    assertThat(forced("xab(cdef|ce)", "ab", "abcdef")).isEqualTo("|x");
    assertThat(forced("xabab(cd|e)", "ab", "ababc")).isEqualTo("|x");
    assertThat(forced("xabab(cd|e)", "ab", "abcd", "babe")).isEqualTo("|x|ab");
  }

  @Test
  void aLongerTokenThatTheGuideForbidsKeepsNothingBack() {
    assertThat(forced("ab(d|e)", "ab", "abc")).isEqualTo("|ab");
    assertThat(forced("ab(c|d)x", "ab", "abcy")).isEqualTo("|ab");
  }

  @Test
  void whereTheTextMustEndNothingIsKeptBack() {
    assertThat(forced("ab", "ab", "abc")).isEqualTo("|ab");
    assertThat(forced("abc?", "ab", "abc")).isEmpty();
    assertThat(forced("abd?", "ab", "abc")).isEqualTo("|ab");
  }

  @Test
  void theFirstBytesOfCharactersAreForcedToo() {
    // é is C3 A9, è is C3 A8.
    assertThat(forced("é|è")).isEqualTo("|\u00c3");
    assertThat(forced("é|è", "é")).isEmpty();
    assertThat(forcedBehind("a", "aéx|aéy", "é")).isEqualTo("|\u00c3\u00a9");
  }

  @Test
  void aTextThatCannotBeSpelledIsNotForced() {
    Guide guide = new GuideCompiler(TokenVocabulary.of(TinyVocabulary.of())).choice(List.of("abc"));
    assertThat(guide.start().forcedTokens(text -> null)).isEmpty();
    int[] tokens = guide.start().forcedTokens(guide::spell);
    assertThat(tokens).containsExactly('a', 'b', 'c');
  }

  @Test
  void schemasForceTheirKeys() {
    Vocabulary vocabulary = TinyVocabulary.of("{\"", "\":\"", "name", "\":");
    Guide guide =
        new GuideCompiler(TokenVocabulary.of(vocabulary))
            .jsonSchema(
                "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},"
                    + "\"age\":{\"type\":\"integer\"}},\"required\":[\"name\",\"age\"],"
                    + "\"additionalProperties\":false}",
                JsonOptions.DEFAULT);
    GuideState state = guide.start();
    assertThat(new String(state.forced(), StandardCharsets.UTF_8)).isEqualTo("{\"name\":\"");
    assertThat(state.forcedTokens(guide::spell)).containsExactly(256, 258, 257);
    state.acceptBytes("{\"name\":\"bo\"".getBytes(StandardCharsets.UTF_8));
    assertThat(new String(state.forced(), StandardCharsets.UTF_8)).isEqualTo(",\"age\":");
  }
}
