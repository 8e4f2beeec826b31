package io.pinion.guide.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideData;
import io.pinion.guide.GuideState;
import io.pinion.guide.TinyVocabulary;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.trie.TokenVocabulary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrammarTest {
  private static final Path CASES = GuideData.file("grammar_cases.jsonl");
  private static final Path REGEXES = GuideData.file("regex_cases.jsonl");
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  @Test
  void everyGrammarCaseIsRight() throws IOException {
    assumeTrue(Files.exists(CASES), "no shared data");
    assertThat(GuideCases.wrong(CASES, root -> COMPILER.grammar(root.get("grammar").asText())))
        .isEmpty();
  }

  @Test
  void everyRegexCaseIsRightAsAGuide() throws IOException {
    assumeTrue(Files.exists(REGEXES), "no shared data");
    assertThat(GuideCases.wrong(REGEXES, root -> COMPILER.regex(root.get("regex").asText())))
        .isEmpty();
  }

  @Test
  void masksHoldWhatTheBytesAllow() {
    Guide guide =
        COMPILER.grammar(
            """
            start: item*
            item: "(" item* ")" | NAME | INT ","
            NAME: /[a-zé]+/
            INT: /[0-9]+/
            %ignore /[ \\n]+/
            """);
    GuideState state = guide.start();
    for (byte value : "(ab é(12, c) ) 3,\nx".getBytes(StandardCharsets.UTF_8)) {
      assertThat(GuideCases.maskIsExact(state)).isTrue();
      assertThat(state.acceptBytes(new byte[] {value})).isEqualTo(1);
    }
    assertThat(state.isAccepting()).isTrue();
  }

  @Test
  void waysToSplitATokenDoNotMultiply() {
    TokenVocabulary tokens = TokenVocabulary.of(TinyVocabulary.of("a".repeat(500)));
    GuideState state = new GuideCompiler(tokens).grammar("start: WORD+\nWORD: /[ab]+/").start();
    long[] mask = new long[tokens.words()];
    state.mask(mask);
    assertThat(mask[256 >> 6] & 1).isEqualTo(1);
    assertThat(state.accept(256)).isTrue();
  }

  @Test
  void rulesMayBeEmptyInEveryPlace() {
    Guide guide = COMPILER.grammar("start: a b a\na: \"x\"?\nb: a a | b \"y\"");
    assertThat(GuideCases.accepts(guide, "")).isTrue();
    assertThat(GuideCases.accepts(guide, "xxxyyx")).isTrue();
    assertThat(GuideCases.accepts(guide, "xyyxx")).isFalse();
  }

  @Test
  void gbnfMeansTheSame() {
    Guide guide =
        COMPILER.grammar(
            """
            root ::= "[" (value ("," value)*)? "]" # a list
            value ::= root | [0-9]{1,3} | "\\"" [^"\\\\]* "\\""
            """);
    assertThat(GuideCases.accepts(guide, "[1,[22,\"é]\"],333]")).isTrue();
    assertThat(GuideCases.accepts(guide, "[4444]")).isFalse();
  }

  @Test
  void countsCostStatesOnlyWhenReached() {
    Guide guide = COMPILER.grammar("start: (\"a\" b){2,1000000}\nb: \"b\"");
    assertThat(GuideCases.accepts(guide, "abab")).isTrue();
    assertThat(GuideCases.accepts(guide, "ab")).isFalse();
  }

  @Test
  void aGrammarWithoutTextsIsRefused() {
    assertThatThrownBy(() -> COMPILER.grammar("start: \"a\" start"))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("no text");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          start: "f".."a"       ~ a range whose end is before its start
          start: A#A: "f".."a"  ~ a range whose end is before its start
          start: "\\b"          ~ the escape \\b, which readers of grammars take differently
          start: "a\\q"         ~ the escape \\q
          root ::= "\\0"        ~ the escape \\0
          start: "\\ud83d"      ~ a lone surrogate
          root ::= "\\udc00 a"  ~ a lone surrogate
          """)
  void whatCannotBeMeantIsRefusedWithItsLine(String grammar, String message) {
    assertThatThrownBy(() -> COMPILER.grammar(grammar.replace("#", "\n")))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining(message)
        .hasMessageContaining("(line ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= \"a\"{0} \"b\"",
        "start: A~0 \"b\"\nA: \"a\"",
        "start: x~0..0 \"b\"\nx: \"a\"+"
      })
  void whatComesNoTimesDoesNotCome(String grammar) {
    Guide guide = COMPILER.grammar(grammar);
    assertThat(GuideCases.accepts(guide, "b")).isTrue();
    assertThat(GuideCases.accepts(guide, "ab")).isFalse();
  }

  @Test
  void aRuleThatDerivesNothingIsNoDeadEnd() {
    Guide guide = COMPILER.grammar("start: \"a\" loop | \"b\"\nloop: \"c\" loop");
    assertThat(guide.start().acceptBytes(new byte[] {'a'})).isZero();
  }

  @Test
  void aChoiceIsForcedAsFarAsItsTextsAgree() {
    Guide guide = COMPILER.choice(List.of("internal", "international"));
    assertThat(guide.start().forced()).isEqualTo("interna".getBytes(StandardCharsets.UTF_8));
  }
}
