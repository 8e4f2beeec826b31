package io.pinion.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.FuzzRounds;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Randomly changed fixture templates render or fail with a {@code JinjaException}, and terminate.
 */
class JinjaFuzzTest {
  private static final int TEMPLATES = 4_000;
  private static final List<String> PIECES =
      List.of(
          "{{",
          "}}",
          "{%",
          "%}",
          "{#",
          "#}",
          "{%-",
          "-%}",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "'",
          "\"",
          "\\",
          "|",
          ".",
          ",",
          ":",
          "~",
          "+",
          "-",
          "*",
          "**",
          "/",
          "//",
          "%",
          "==",
          "<",
          " in ",
          " not ",
          " and ",
          " is ",
          " if ",
          " else ",
          "loop",
          "messages",
          "none",
          "0",
          "-1",
          "1e9",
          "|list",
          "|tojson",
          "|map('upper')",
          "|sort",
          "|join",
          "[::-1]",
          "{% endif %}",
          "{% else %}",
          "{% for x in messages %}",
          "{% endfor %}",
          "{% set x = ",
          "\n",
          " ",
          "🎉");

  @Test
  void changedTemplatesNeverFailOtherwise() {
    JinjaFixtures fixtures = JinjaFixtures.load();
    Limits limits = new Limits(1_000_000, 4 << 20, 1 << 20, 400);
    Map<String, Integer> outcomes =
        FuzzRounds.run(
            "templates",
            TEMPLATES,
            random -> {
              JinjaFixtures.Run run = fixtures.runs().get(random.nextInt(fixtures.runs().size()));
              String template = changed(run.template(), fixtures, random);
              try {
                Template.parse(template).render(run.context(), fixtures.clock(), limits);
                return "rendered";
              } catch (JinjaException e) {
                assertThat(e.line()).isPositive();
                return "refused";
              } catch (RuntimeException | Error e) {
                throw new AssertionError("template: " + template, e);
              }
            });
    assertThat(outcomes).containsOnlyKeys("rendered", "refused");
  }

  private static String changed(String template, JinjaFixtures fixtures, Random random) {
    StringBuilder text = new StringBuilder(template);
    int changes = 1 + random.nextInt(3);
    for (int i = 0; i < changes; i++) {
      int begin = random.nextInt(text.length() + 1);
      int end = Math.min(text.length(), begin + random.nextInt(8));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(begin, end);
        case 1 -> text.insert(begin, PIECES.get(random.nextInt(PIECES.size())));
        case 2 -> text.replace(begin, end, PIECES.get(random.nextInt(PIECES.size())));
        default -> text.insert(begin, part(fixtures, random));
      }
    }
    return text.toString();
  }

  private static String part(JinjaFixtures fixtures, Random random) {
    String other = fixtures.runs().get(random.nextInt(fixtures.runs().size())).template();
    int begin = random.nextInt(other.length() + 1);
    return other.substring(begin, Math.min(other.length(), begin + random.nextInt(60)));
  }
}
