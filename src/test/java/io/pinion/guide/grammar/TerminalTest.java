package io.pinion.guide.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Terminals as Lark has them: Python's expressions, which see the text after their match. */
class TerminalTest {
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start: A \"b\"?\nA: /a(?!b)/",
        "start: A B?\nA: /a(?=!|$)/\nB: \"!\" | \"?\"",
        "start: NAME+\nNAME: /(?!if)[a-z]+/",
        "start: A \"b\"?\nA: B \"\"\nB: /a\\b/",
        "start: (A \" \"?)*\nA: /[a-z]+\\b/",
        "start: A \"b\"?\nA: /a$/",
        "start: \"x\" A\nA: /^a/",
        "start: \"x\" A\nA: /\\ba/",
        "start: A \"b\"\n%ignore \" \"\nA: /a(?=b)/",
        "start: A\n%ignore B\nA: \"a\"\nB: / (?!b)/"
      })
  void aTerminalThatWhatFollowsDecidesIsRefusedByItsName(String grammar) {
    assertThatThrownBy(() -> COMPILER.grammar(grammar))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("the grammar's terminal")
        .hasMessageContaining("write the terminal without it");
  }

  @Test
  void lookaheadThatWhatFollowsAlwaysMeetsIsFollowed() {
    accepts("start: A \"!\"\nA: /a(?=!)/", List.of("a!"), List.of("a"));
    accepts("start: A \"b\"\nA: /a(?=b)/ | \"c\"", List.of("ab", "cb"), List.of("a"));
    accepts("start: A \"c\"\nA: /a(?!b)/", List.of("ac"), List.of("a", "ab"));
    accepts("start: A\nA: /ab$/", List.of("ab"), List.of("a"));
  }

  @Test
  void lookaheadThatNothingMeetsLeavesOtherWays() {
    accepts("start: A \"b\" | \"c\"\nA: /a(?!b)/", List.of("c"), List.of("ab"));
    assertThatThrownBy(() -> COMPILER.grammar("start: A \"b\"\nA: /a(?!b)/"))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("allows no text");
  }

  @Test
  void keywordsAreKeptFromNamesWhereABlankFollows() {
    String grammar = "start: NAME (\" \" NAME)* \";\"\nNAME: /(?!(?:if|else)\\b)[a-z]+/";
    accepts(
        grammar, List.of("a;", "iff b;", "i f;"), List.of("if;", "a else;", "else a;", "a if b;"));
  }

  @Test
  void aLookaheadSeesTheRestOfItsTerminal() {
    accepts("start: A\nA: B \"c\"\nB: /a(?!c)/ | \"b\"", List.of("bc"), List.of("ac"));
    accepts("start: A\nA: B \"c\"\nB: /a(?=c)/", List.of("ac"), List.of("a"));
  }

  @Test
  void aTemperedDotEndsAtItsEnd() {
    accepts(
        "start: C+\nC: /<(?:(?!>).)*>/",
        List.of("<a>", "<>", "<a><b>"),
        List.of("<a", "<a>b", "<\n>"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"start: \"a\" A\nA: /(?!b)/", "start: \"a\" /$/", "start: (/^/ | \"b\")+ \"c\""})
  void aTerminalThatOnlyLooksIsRefused(String grammar) {
    assertThatThrownBy(() -> COMPILER.grammar(grammar))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("takes no character and only looks");
  }

  @Test
  void flagsAreThoseOfPython() {
    accepts("start: /a  b/x", List.of("ab"), List.of("a  b"));
    accepts("start: /a.b/s", List.of("a\nb"), List.of("ab"));
    accepts("start: /k/i", List.of("k", "K", "\u212a"), List.of("x"));
    accepts("start: /\\w+/u", List.of("é", "a1"), List.of("-"));
    accepts("start: \"straße\"i", List.of("STRAßE", "straße"), List.of("x"));
    assertThatThrownBy(() -> COMPILER.grammar("start: /a/l"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("flag l");
    assertThatThrownBy(() -> COMPILER.grammar("start: \"x\" /^a$/m"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("flag m");
  }

  @Test
  void gbnfHasClassesOfItsOwn() {
    accepts("root ::= [\\U0001F600-\\U0001F64F]", List.of("😀"), List.of("a"));
    accepts("root ::= [^\\U0010FFFF]", List.of("a"), List.of("\udbff\udfff"));
    accepts("root ::= [a\\]\\x2d]+", List.of("a]-"), List.of("\\"));
    accepts("root ::= [[&&]+", List.of("[&"), List.of("]"));
    accepts("root ::= \"\\u00e9\\U0001F600\"", List.of("é😀"), List.of("e"));
    assertThatThrownBy(() -> COMPILER.grammar("root ::= [\\d]+"))
        .isInstanceOf(GuideException.class)
        .hasMessageContaining("line 1");
  }

  private static void accepts(String grammar, List<String> right, List<String> wrong) {
    Guide guide = COMPILER.grammar(grammar);
    assertThat(right).as(grammar).allMatch(text -> GuideCases.accepts(guide, text));
    assertThat(wrong).as(grammar).noneMatch(text -> GuideCases.accepts(guide, text));
  }
}
