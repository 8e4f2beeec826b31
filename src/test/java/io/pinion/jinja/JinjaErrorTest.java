package io.pinion.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.jinja.limit.JinjaException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JinjaErrorTest {
  private static void assertFails(String template, int line, String... parts) {
    assertThatThrownBy(() -> Template.parse(template).render(Map.of("d", Map.of("a", 1))))
        .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.line()).isEqualTo(line))
        .hasMessageContainingAll(parts);
  }

  @Test
  void syntaxErrorsHaveTheLine() {
    assertFails("a\n{{ 1 2 }}", 2, "expected end of print statement, got '2'");
    assertFails("\n\n{% if %}", 3, "expected an expression, got end of statement block");
    assertFails("{{ (1] }}", 1, "unexpected ']', expected ')'");
    assertFails("{{ a\n ? b }}", 2, "unexpected character '?'");
    assertFails("x\n{{ 'abc }}", 2, "string is not closed");
    assertFails("x\n{# abc", 2, "comment is not closed");
    assertFails("x\n{% raw %}abc", 2, "raw block is not closed");
    assertFails("{% if 1 %}\nx\n", 2, "expected elif or else or endif, got end of template");
    assertFails("{% endfor %}", 1, "unexpected tag 'endfor'");
    assertFails("{% set true = 1 %}", 1, "cannot assign to 'true'");
    assertFails("\n{% break %}", 2, "'break' outside of a loop");
  }

  @Test
  void unknownNamesAreToldWithTheKnownOnes() {
    assertFails(
        "\n{{ 1|frob }}", 2, "unknown filter 'frob'; known filters: abs, attr", "tojson", "trim");
    assertFails("{{ 1 is frob }}", 1, "unknown test 'frob'; known tests:", "defined", "string");
    assertFails(
        "{% include 'a' %}", 1, "unknown tag 'include'; known tags:", "generation", "macro");
    assertFails("{{ ['a']|map('frob')|list }}", 1, "unknown filter 'frob'");
  }

  @Test
  void unknownFiltersInABranchFailWhereTheyAreReached() {
    Template template = Template.parse("{% if x %}\n{{ 1|frob }}{% endif %}ok");
    assertThat(template.render(Map.of("x", false))).isEqualTo("ok");
    assertThatThrownBy(() -> template.render(Map.of("x", true)))
        .hasMessageContaining("unknown filter 'frob'")
        .isInstanceOfSatisfying(JinjaException.class, e -> assertThat(e.line()).isEqualTo(2));
  }

  @Test
  void failuresHaveTheLineOfTheExpression() {
    assertFails("a\n{{ x.y }}", 2, "'x' is undefined");
    assertFails("{{ d\n.b\n.c }}", 3, "'dict object' has no attribute 'b'");
    assertFails("\n{{ 'a' + 1 }}", 2, "unsupported operand types for +: 'str' and 'int'");
    assertFails("{{ 1 < 'a' }}", 1, "cannot compare 'int' with 'str'");
    assertFails("{% for x in 1 %}{% endfor %}", 1, "'int' object is not iterable");
    assertFails("{{ 1 / 0 }}", 1, "division by zero");
    assertFails("\n{% macro m(a) %}\n{{ a.b.c }}{% endmacro %}\n{{ m(1) }}", 3, "no attribute 'b'");
    assertFails("\n\n{{ raise_exception('roles must alternate') }}", 3, "roles must alternate");
    assertFails("{{ 'a'|replace('b') }}", 1, "replace is missing its argument 'new'");
    assertFails("{{ 'a'.split(x=1) }}", 1, "split takes no argument 'x'");
    assertFails("{{ d.b() }}", 1, "'dict object' has no attribute 'b'");
    assertFails("{% set d.x = 1 %}", 1, "only a namespace has attributes");
    assertFails("{{ d|tojson|tojson(1, 2, 3, 4, 5) }}", 1, "at most 4 arguments, not 5");
  }
}
