package io.pinion.guide.pattern;

import static org.assertj.core.api.Assertions.assertThat;

import dk.brics.automaton.Automaton;
import dk.brics.automaton.RegExp;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import java.nio.charset.StandardCharsets;
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
