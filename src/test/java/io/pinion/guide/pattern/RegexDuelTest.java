package io.pinion.guide.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dk.brics.automaton.Automaton;
import dk.brics.automaton.RegExp;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideCases;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.RandomTexts;
import io.pinion.guide.error.GuideException;
import io.pinion.guide.json.RandomValues;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Random patterns and texts, judged by {@link java.util.regex.Pattern} and by dk.brics.automaton.
 */
class RegexDuelTest {
  private static final String[] ATOMS = {
    "a", "b", "c", "[ab]", "[^a]", "é", "[é-中]", ".", "\\d", "\\w", "(?:ab)", "😀", "(?i:b)"
  };
  private static final String[] COUNTS = {"", "", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "*?"};
  private static final String[] LETTERS = {"a", "b", "c", "A", "B", "é", "中", "😀", "1", "_", " "};

  private static final int ROUNDS = Integer.getInteger("property.rounds", 4000);
  private static final long FIRST_SEED = Long.getLong("property.seed", 0);
  private static final GuideCompiler COMPILER = new GuideCompiler(GuideCases.tokens());
  private static final List<String> PIECES =
      List.of(
          "a",
          "b",
          "1",
          "-",
          "é",
          "\n",
          ".",
          "^",
          "$",
          "\\d",
          "\\D",
          "\\w",
          "\\W",
          "\\s",
          "\\S",
          "\\b",
          "\\B",
          "\\t",
          "\\v",
          "\\.",
          "\\-",
          "\\x41",
          "\\u00e9",
          "\\p{L}",
          "\\P{L}",
          "\\p{Lu}",
          "[ab]",
          "[^a]",
          "[^\\d]",
          "[\\W_]",
          "[a-c&&b]",
          "[[ab]c]",
          "[]a]",
          "[^]]",
          "[a-]",
          "[\\w-]",
          "[^\\n-z]",
          "\\012",
          "\\Q.\\E",
          "(?i)",
          "(?i:",
          "(?s:",
          "(?-i:",
          "(?:",
          "(",
          "(?=",
          "(?!",
          "(?=a|b",
          "(?!ab",
          "(?<n>",
          "|",
          "a|b",
          "{",
          "{2",
          "[\\]]",
          "[\\b]",
          "\\cA",
          "(?m:",
          "\\R",
          "\\0");

  private final Random random = new Random(17);

  @Test
  void agreesWithJavaOnFullMatches() {
    for (int round = 0; round < 2000; round++) {
      String pattern = pattern(2);
      RegexPool pool = new RegexPool(1_000_000);
      Regex regex = new PatternCompiler(new Utf8Encoding(pool), Dialect.ECMASCRIPT).full(pattern);
      var oracle = java.util.regex.Pattern.compile(pattern);
      for (int i = 0; i < 20; i++) {
        String text = text();
        boolean found = pool.matches(regex, text.getBytes(StandardCharsets.UTF_8));
        assertThat(found)
            .as("/%s/ on '%s'", pattern, text)
            .isEqualTo(oracle.matcher(text).matches());
      }
    }
  }

  @Test
  void agreesWithJavaOnSearchesWithAnchorsAndLookahead() {
    for (int round = 0; round < 2000; round++) {
      String pattern = anchored();
      RegexPool pool = new RegexPool(1_000_000);
      Regex regex = new PatternCompiler(new Utf8Encoding(pool), Dialect.ECMASCRIPT).search(pattern);
      var oracle = java.util.regex.Pattern.compile(pattern);
      for (int i = 0; i < 20; i++) {
        String text = text();
        boolean found = pool.matches(regex, text.getBytes(StandardCharsets.UTF_8));
        assertThat(found).as("/%s/ in '%s'", pattern, text).isEqualTo(oracle.matcher(text).find());
      }
    }
  }

  @Test
  void agreesWithBricsOnFullMatches() {
    for (int round = 0; round < 2000; round++) {
      String pattern =
          pattern(2).replace("*?", "*").replaceAll("\\(\\?i:b\\)|\\\\[dw]|😀|[.]", "c");
      RegexPool pool = new RegexPool(1_000_000);
      Regex regex = new PatternCompiler(new Utf8Encoding(pool), Dialect.ECMASCRIPT).full(pattern);
      Automaton oracle = new RegExp(pattern.replace("(?:", "("), RegExp.NONE).toAutomaton();
      assertThat(pool.alive(regex)).isEqualTo(!oracle.isEmpty());
      for (int i = 0; i < 20; i++) {
        String text = text().replace("😀", "b");
        assertThat(pool.matches(regex, text.getBytes(StandardCharsets.UTF_8)))
            .as("/%s/ on '%s'", pattern, text)
            .isEqualTo(oracle.run(text));
      }
    }
  }

  /** What the guide takes matches in Java too, whatever else Java may read into the pattern. */
  @Test
  void whatIsReadAlikeEverywhereIsSoInJava() {
    int judged = 0;
    int texts = 0;
    for (long seed = FIRST_SEED; seed < FIRST_SEED + ROUNDS; seed++) {
      RandomValues values = new RandomValues(seed);
      String pattern = hostile(values);
      try {
        Guide guide = COMPILER.regex(pattern);
        var oracle = java.util.regex.Pattern.compile(pattern, java.util.regex.Pattern.UNICODE_CASE);
        judged++;
        RandomTexts made = new RandomTexts(values, GuideCases.tokens());
        for (int i = 0; i < 6; i++) {
          String text = i < 4 ? made.next(guide) : text();
          if (text.length() < 200 && GuideCases.accepts(guide, text)) {
            texts++;
            assertThat(oracle.matcher(text).matches())
                .as("seed %d: /%s/ on '%s'", seed, pattern, text)
                .isTrue();
          }
        }
      } catch (GuideException | java.util.regex.PatternSyntaxException e) {
        assertThat(e).hasMessageNotContaining("cannot be closed");
      }
    }
    System.out.printf("patterns: %d, %d judged, %d texts%n", ROUNDS, judged, texts);
    assertThat(judged).isGreaterThan(ROUNDS / 5);
  }

  /** A pattern made of pieces that mean much in one engine and little in another. */
  private static String hostile(RandomValues values) {
    StringBuilder made = new StringBuilder();
    int groups = 0;
    for (int left = 1 + values.random.nextInt(6); left > 0; left--) {
      String piece = values.pick(PIECES);
      groups += piece.startsWith("(") && !piece.endsWith(")") ? 1 : 0;
      made.append(piece).append(values.pick(List.of(COUNTS)));
      if (groups > 0 && values.chance(40)) {
        made.append(')').append(values.pick(List.of(COUNTS)));
        groups--;
      }
    }
    return made + ")".repeat(groups);
  }

  private String anchored() {
    String head = pick("", "^", "(?=" + pattern(1) + ")", "^(?!" + pattern(1) + ")", "(?:^|b)");
    String tail = pick("", "$", "(?:$|c)", "(?!" + pattern(1) + ")");
    return head + pattern(1) + tail;
  }

  private String pattern(int depth) {
    StringBuilder made = new StringBuilder();
    int parts = 1 + random.nextInt(3);
    for (int i = 0; i < parts; i++) {
      if (depth > 0 && random.nextInt(3) == 0) {
        made.append("(?:").append(pattern(depth - 1)).append('|').append(pattern(depth - 1));
        made.append(')').append(pick(COUNTS));
      } else {
        made.append(pick(ATOMS)).append(pick(COUNTS));
      }
    }
    return made.toString();
  }

  private String text() {
    StringBuilder made = new StringBuilder();
    int length = random.nextInt(7);
    for (int i = 0; i < length; i++) {
      made.append(pick(LETTERS));
    }
    return made.toString();
  }

  private String pick(String... from) {
    return from[random.nextInt(from.length)];
  }
}
