package io.pinion.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JinjaLimitsTest {
  private static final long STACK_BYTES = 512 << 10;
  private static final Duration LONGEST = Duration.ofSeconds(30);
  private static final String DOUBLE_TUPLE =
      "{% set ns = namespace(x=(1,)) %}{% for i in range(90) %}"
          + "{% set ns.x = (ns.x, ns.x) %}{% endfor %}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{{ 'x' * 100000 }}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 'x' * (10 ** 30) }}",
        "{{ [1] * 1000000000 }}",
        "{% set ns = namespace(x='a') %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[1]) %}{% for i in range(100) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
        "{% set ns = namespace(x=[]) %}{% for i in range(1000) %}{% set ns.x = ns.x + ['y' * 1000000] %}{% endfor %}",
        "{% set ns = namespace(x=[]) %}{% for i in range(100000) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}",
        "{% set ns = namespace() %}{% set ns.x = ns %}{{ ns }}",
        "{% set ns = namespace() %}{% set ns.x = [{'a': (ns,)}] %}{{ ns.x }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(x) %}{{ m([x]) }}{% endmacro %}{{ m(1) }}",
        "{% macro m(n) %}{{ m(n) }}{{ m(n) }}{% endmacro %}{% macro k(n) %}{% if n %}{{ k(n - 1) }}{{ k(n - 1) }}{% endif %}{% endmacro %}{{ k(60) }}",
        "{{ 9 ** (9 ** 9) }}",
        "{{ 9 ** 999999999999 }}",
        "{% set ns = namespace(x=3) %}{% for i in range(100) %}{% set ns.x = ns.x * ns.x %}{% endfor %}",
        "{{ '%1000000000d' % 1 }}",
        "{{ '%.1000000000f' % 1.5 }}",
        "{{ '{:1000000000}'.format(1) }}",
        "{{ '{:.1000000000f}'.format(1.5) }}",
        "{{ 'a'.center(1000000000) }}",
        "{{ 'a\\nb'|indent(1000000000) }}",
        "{{ [1]|tojson(indent=1000000000) }}",
        "{{ ('a' * 100000).replace('a', 'b' * 100000) }}",
        "{{ ('a' * 100000).split('a')|join('b' * 100000) }}",
        "{{ range(100000)|join('b' * 100000) }}",
        "{{ (range(100000)|list)|map('string')|list|map('replace', '', 'y' * 10000)|join }}",
        "{% for i in range(100000) %}{{ range(100000)|list|sort|length }}{% endfor %}",
        "{% set xs = range(100000)|list %}{% for i in xs %}{{ -1 in xs }}{% endfor %}",
        "{% set s = 'a' * 10000000 %}{% for i in range(100000) %}{{ s.count('b') }}{% endfor %}",
        "{% set s = 'a' * 10000000 %}{% for i in range(100000) %}{{ s|length }}{{ s[5] }}{% endfor %}",
        "{% set s = 'a' * 10000000 %}{% for i in range(100000) %}{% if s == s + '' %}{% endif %}{% endfor %}",
        "{{ 1|round(1000000000) }}",
        "{{ 1.5|round(-1000000000) }}",
        "{% set x %}{% for a in range(100000) %}{{ 'x' * 10000 }}{% endfor %}{% endset %}",
        "{% for i in range(100000) %}{{ dict(range(2)|list) }}{% endfor %}",
        "{{ ('9' * 5000)|int + 10 ** 5000 }}",
        "{{ [[1] * 90000] * 90000 }}",
        DOUBLE_TUPLE + "{{ ns.x }}",
        DOUBLE_TUPLE + "{{ ns.x|tojson }}",
        DOUBLE_TUPLE + "{{ {ns.x: 1} }}",
        DOUBLE_TUPLE + "{{ {}[ns.x] }}",
        DOUBLE_TUPLE + "{{ ns.x in {} }}",
        DOUBLE_TUPLE + "{{ [ns.x]|unique|list }}",
        DOUBLE_TUPLE
            + "{% set a = ns.x %}{% set ns.x = (1,) %}"
            + "{% for i in range(90) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ a == ns.x }}",
        DOUBLE_TUPLE
            + "{% set a = ns.x %}{% set ns.x = (1,) %}"
            + "{% for i in range(90) %}{% set ns.x = (ns.x, ns.x) %}{% endfor %}{{ a < ns.x }}",
      })
  void hostileTemplatesFail(String template) {
    assertThatThrownBy(() -> renderedOnSmallStack(template)).isInstanceOf(JinjaException.class);
  }

  @Test
  void deepSourcesFail() {
    List<String> deep =
        List.of(
            "{{ " + "(".repeat(100_000) + " }}",
            "{{ " + "[".repeat(100_000) + " }}",
            "{{ " + "{1:".repeat(100_000) + " }}",
            "{{ " + "-".repeat(100_000) + "1 }}",
            "{{ " + "not ".repeat(100_000) + "1 }}",
            "{{ " + "1 if 1 else ".repeat(100_000) + "1 }}",
            "{{ x" + "[x".repeat(100_000) + " }}",
            "{{ " + "f(".repeat(100_000) + " }}",
            "{{ 1" + " + 1".repeat(100_000) + " }}",
            "{{ 1" + "|abs".repeat(100_000) + " }}",
            "{{ x" + ".x".repeat(100_000) + " }}",
            "{{ 1" + " ** 1".repeat(100_000) + " }}",
            "{{ 1" + " and 1".repeat(100_000) + " }}",
            "{{ 1" + " if 1".repeat(100_000) + " }}",
            "{% for " + "(".repeat(100_000) + " %}",
            "{% if 1 %}".repeat(100_000),
            "{% for i in [1] %}".repeat(100_000),
            "{% macro m() %}".repeat(100_000));
    for (String template : deep) {
      assertThatThrownBy(() -> renderedOnSmallStack(template))
          .as(template.substring(0, 30))
          .isInstanceOf(JinjaException.class);
    }
  }

  @Test
  void deepestAllowedNestingNeedsLittleStack() throws Exception {
    String parentheses = "{{ " + "(".repeat(90) + "1" + ")".repeat(90) + " }}";
    String lists = "{{ " + "[".repeat(80) + "1" + "]".repeat(80) + " }}";
    String blocks = "{% if 1 %}".repeat(90) + "x" + "{% endif %}".repeat(90);
    String macro =
        "{% macro m(n) %}{% if n %}{% for i in [1] %}{{ m(n - 1) }}{% endfor %}{% endif %}{% endmacro %}{{ m(60) }}";
    assertThat(renderedOnSmallStack(parentheses)).isEqualTo("1");
    assertThat(renderedOnSmallStack(lists)).contains("[1]");
    assertThat(renderedOnSmallStack(blocks)).isEqualTo("x");
    assertThat(renderedOnSmallStack(macro)).isEmpty();
  }

  @Test
  void longConversationsFit() {
    Map<String, String> turn = Map.of("role", "user", "content", "x".repeat(1000));
    String template =
        "{% for m in messages %}{% if m.role == 'user' and not loop.last %}"
            + "{{ '<|' + m['role'] + '|>' + m.content | trim + '\n' }}{% endif %}{% endfor %}";
    String prompt =
        Template.parse(template).render(Map.of("messages", Collections.nCopies(5000, turn)));
    assertThat(prompt).hasSize(4999 * 1009);
  }

  @Test
  void limitsAreCounted() {
    Template template = Template.parse("{% for i in range(50) %}{{ 'ab' }}{% endfor %}");
    assertThatThrownBy(() -> template.render(Map.of(), clock(), new Limits(100, 10_000, 1000, 50)))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("more than 100 steps");
    assertThatThrownBy(() -> template.render(Map.of(), clock(), new Limits(10_000, 90, 1000, 50)))
        .hasMessageContaining("texts of more than 90 characters");
    assertThatThrownBy(() -> template.render(Map.of(), clock(), new Limits(10_000, 9000, 99, 50)))
        .hasMessageContaining("a text of more than 99 characters");
    assertThatThrownBy(() -> template.render(Map.of(), clock(), new Limits(10_000, 9000, 100, 1)))
        .hasMessageContaining("deeper than 1");
    assertThat(template.render(Map.of(), clock(), new Limits(10_000, 9000, 100, 50))).hasSize(100);
  }

  private static Clock clock() {
    return Clock.systemUTC();
  }

  private static String renderedOnSmallStack(String template) throws Exception {
    FutureTask<String> task = new FutureTask<>(() -> Template.parse(template).render(Map.of()));
    Thread thread = new Thread(null, task, "small stack", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get(LONGEST.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JinjaException failure) {
        throw failure;
      }
      throw e;
    } catch (TimeoutException e) {
      throw new AssertionError("still running: " + template, e);
    }
  }
}
