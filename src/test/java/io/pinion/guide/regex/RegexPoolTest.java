package io.pinion.guide.regex;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.error.GuideLimitException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.pattern.Dialect;
import io.pinion.guide.pattern.PatternCompiler;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegexPoolTest {
  private final RegexPool pool = new RegexPool(100_000);
  private final PatternCompiler patterns =
      new PatternCompiler(new Utf8Encoding(pool), Dialect.ECMASCRIPT);

  @Test
  void equalExpressionsAreTheSameObject() {
    assertThat(patterns.full("a|b|c")).isSameAs(patterns.full("[a-c]"));
    assertThat(patterns.full("(?:a*)*")).isSameAs(patterns.full("a*"));
    assertThat(patterns.full("ax|ay")).isSameAs(patterns.full("a[xy]"));
  }

  @Test
  void countedRepeatsAreNotUnrolled() {
    Regex regex = patterns.full("a{0,1000000}");
    int before = pool.size();
    assertThat(matches(regex, "aaaa")).isTrue();
    assertThat(pool.size() - before).isLessThan(10);
  }

  @Test
  void anIntersectionWithoutTextsIsDead() {
    assertThat(pool.alive(pool.and(patterns.full("a+"), patterns.full("b+")))).isFalse();
    Regex even = patterns.full("(?:aa)+");
    Regex odd = patterns.full("a(?:aa)*");
    assertThat(pool.alive(pool.and(even, odd))).isFalse();
    assertThat(pool.alive(pool.and(even, patterns.full("(?:aaa)+")))).isTrue();
  }

  @Test
  void tellsSubsets() {
    assertThat(pool.subset(patterns.full("ab*"), patterns.full("a[bc]*"))).isTrue();
    assertThat(pool.subset(patterns.full("a[bc]*"), patterns.full("ab*"))).isFalse();
  }

  @Test
  void literalsShareTheirBeginnings() {
    List<byte[]> texts = List.of(bytes("inter"), bytes("internal"), bytes("in"), bytes("x"));
    Regex tree = LiteralTrie.of(pool, texts);
    assertThat(tree).isSameAs(patterns.full("in(?:ter(?:nal)?)?|x"));
  }

  @Test
  void multiplesAreExactInDecimals() {
    Regex cents = MultipleOfRegex.of(5, 2);
    assertThat(List.of("1", "1.05", "0.1", "12.350", "0")).allMatch(text -> matches(cents, text));
    assertThat(List.of("1.01", "1.051", "0.001")).noneMatch(text -> matches(cents, text));
    assertThat(matches(MultipleOfRegex.of(7, 0), "700007")).isTrue();
    assertThat(matches(MultipleOfRegex.of(7, 0), "700008")).isFalse();
  }

  @Test
  void spentFuelIsALimitError() {
    RegexPool small = new RegexPool(200);
    assertThatThrownBy(
            () -> {
              Regex regex =
                  new PatternCompiler(new Utf8Encoding(small), Dialect.ECMASCRIPT)
                      .full("(?:[ab]*a[ab]{12})");
              small.alive(small.and(regex, small.not(regex.head())));
              for (int i = 0; i < 500; i++) {
                small.literal("text " + i);
              }
            })
        .isInstanceOf(GuideLimitException.class);
  }

  @Test
  void backreferencesAreRefusedByName() {
    assertThatThrownBy(() -> patterns.full("(a)\\1"))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("backreference");
  }

  private boolean matches(Regex regex, String text) {
    return pool.matches(regex, bytes(text));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
