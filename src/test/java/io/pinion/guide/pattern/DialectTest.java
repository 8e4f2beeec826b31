package io.pinion.guide.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.guide.error.GuideException;
import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialectTest {
  private final RegexPool pool = new RegexPool(4_000_000);

  private boolean matches(Dialect dialect, String pattern, String text) {
    Regex regex = new PatternCompiler(new Utf8Encoding(pool), dialect).full(pattern);
    return pool.matches(regex, withCodes(text).getBytes(StandardCharsets.UTF_8));
  }

  /** A text with its line breaks, which are written as their codes, as in {@code <2028>}. */
  private static String withCodes(String text) {
    return java.util.regex.Pattern.compile("<([0-9a-f]{1,4})>")
        .matcher(text)
        .replaceAll(code -> Character.toString(Integer.parseInt(code.group(1), 16)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\[[^]]*\\]",
        "[]a]+",
        "[^]",
        "[]",
        "[a-z&&[^aeiou]]+",
        "[[a-f][0-9]]",
        "[[:alpha:]]+",
        "[a-z--[aeiou]]",
        "[a~~b]",
        "[a||b]",
        "[\\012]",
        "\\012",
        "[\\1]",
        "(?U)\\w+",
        "(?u)\\w+",
        "(?x)a b",
        "a(?i)b",
        "(?-i)a",
        "\\Qa.b\\E",
        "\\Aab\\Z",
        "ab\\z",
        "\\x{41}",
        "\\u{1F600}",
        "\\U0001F600",
        "\\ud83d\\ude00",
        "\\p{Alpha}+",
        "(?i)\\p{Lu}",
        "a{,3}",
        "\\h",
        "\\e",
        "\\a",
        "\\ca",
        "[a-\\d]",
        "[\\w-z]"
      })
  void whatEnginesReadDifferentlyIsRefusedWithWhatToWrite(String pattern) {
    assertThatThrownBy(() -> matches(Dialect.COMMON, pattern, ""))
        .isInstanceOf(UnsupportedGuideException.class)
        .hasMessageContaining("write ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a**", "a{2}{3}", "a+*", "a*{2}", "^*a", "{2}", "a|*", "\\b+a", "a??*"})
  void whatNoEngineTakesForOneRepeatIsRefusedInAll(String pattern) {
    for (Dialect dialect : Dialect.values()) {
      assertThatThrownBy(() -> matches(dialect, pattern, ""))
          .as("%s /%s/", dialect, pattern)
          .isInstanceOf(GuideException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          \\w+      ~ a1_ ~ true
          \\w+      ~ é   ~ false
          \\W       ~ é   ~ false
          \\W       ~ -   ~ true
          [^\\d]    ~ ٣   ~ false
          \\d       ~ ٣   ~ false
          (?i)k    ~ K   ~ true
          (?i)[^k] ~ K   ~ false
          (?i)[^k] ~ k   ~ false
          (?i)[^k] ~ K ~ false
          (?i)été  ~ ÉTÉ ~ true
          (?!\\w).  ~ é   ~ false
          a\\vb     ~ a<b>b ~ true
          [^\\v]    ~ <2028> ~ false
          [a^]     ~ ^   ~ true
          [-a]     ~ -   ~ true
          \\bfoo\\b(?:-\\bbar\\b)? ~ foo ~ true
          \\bfoo\\b(?:-\\bbar\\b)? ~ foo-bar ~ true
          a\\bb     ~ ab  ~ false
          a\\Bb     ~ ab  ~ true
          (?:(?!END).)*END ~ abEND ~ true
          (?:(?!END).)*END ~ aENDbEND ~ false
          (?:(?!--)[a-z-])* ~ a-b ~ true
          (?:(?!--)[a-z-])* ~ a--b ~ false
          (?:[a-z]\\b-?)+ ~ a-b ~ true
          (?:[a-z]\\b-?)+ ~ ab ~ false
          \\p{Extended_Pictographic} ~ 😀 ~ true
          \\p{Emoji} ~ a ~ false
          \\p{Graph}+ ~ a!Z ~ true
          \\p{Graph} ~ é ~ false
          \\p{Uppercase_Letter} ~ É ~ true
          \\p{IsAlphabetic} ~ é ~ true
          [\\]a]+ ~ ]a] ~ true
          """)
  void whatEnginesReadAlikeIsFollowed(String pattern, String text, boolean matches) {
    assertThat(matches(Dialect.COMMON, pattern, text)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          \\w+       ~ é  ~ true
          \\d+       ~ ٣  ~ true
          \\s        ~ <85> ~ true
          \\s        ~ ﻿ ~ false
          .         ~ <2028> ~ true
          []a]+     ~ ]a] ~ true
          [^]]      ~ ]  ~ false
          [[]       ~ [  ~ true
          \\101      ~ A  ~ true
          a{,2}     ~ aa ~ true
          (?x)a b # c ~ ab ~ true
          (?x)a\\ b ~ `a b` ~ true
          (?x)[ ]   ~ ` ` ~ true
          (?a)\\w    ~ é  ~ false
          (?a:\\w)é  ~ aé ~ true
          a(?#b)c   ~ ac ~ true
          (?i)k     ~ K ~ true
          (?i)i     ~ İ ~ true
          \\U0001F600 ~ 😀 ~ true
          ab\\Z      ~ ab ~ true
          a{b       ~ a{b ~ true
          """)
  void pythonIsReadAsPythonReads(String pattern, String text, boolean matches) {
    assertThat(matches(Dialect.PYTHON, pattern, text)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          \\w   ~ é ~ false
          \\d   ~ ٣ ~ false
          \\s   ~ ﻿ ~ true
          .    ~ <2028> ~ false
          .    ~ <85> ~ true
          [^]  ~ a ~ true
          [[]  ~ [ ~ true
          \\u{1F600} ~ 😀 ~ true
          \\ud83d\\ude00 ~ 😀 ~ true
          \\p{Alpha} ~ é ~ true
          [\\w-z]+ ~ -z ~ true
          """)
  void schemasAreReadAsEcmaScriptReads(String pattern, String text, boolean matches) {
    assertThat(matches(Dialect.ECMASCRIPT, pattern, text)).isEqualTo(matches);
  }

  @Test
  void classesOfManyRangesTakeStepsAndNotMinutes() {
    StringBuilder pattern = new StringBuilder("(?i)[");
    StringBuilder text = new StringBuilder();
    for (int codePoint = 0x10000; codePoint < 0x1ffff; codePoint += 2) {
      pattern.appendCodePoint(codePoint);
    }
    assertThat(matches(Dialect.COMMON, pattern + "]", text.appendCodePoint(0x10002).toString()))
        .isTrue();
  }
}
