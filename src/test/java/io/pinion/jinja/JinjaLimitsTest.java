package io.pinion.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Limits on what an untrusted template can do. Every limit counts work, so no test looks at a
 * clock: a template whose work is not counted would run on and on.
 */
class JinjaLimitsTest {
  private static final long STACK_BYTES = 512 << 10;

  /** A fraction of the standard limits, at which a template fails within milliseconds. */
  private static final Limits LIMITS = new Limits(400_000, 16 << 20, 8 << 20, 400);

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

  /**
   * Each of these completes its 20 000 iterations within the limits unless its operation is
   * counted.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "7 ** 5000",
        "big // 3",
        "big / (big - 1)",
        "half * half",
        "big % half",
        "big == 1.5",
        "big|string",
        "big|round(-300)",
        "'%d' % big",
        "'{:,}'.format(big)",
        "('9' * 4000)|int",
        "1e-300|string",
        "1e-300|round(400)",
        "1e-300|int",
        "'%.0e' % 1e-300",
        "strftime_now('%c')",
        "long is sameas(copy)",
        "{long: 1}[copy]",
        "copy in {long: 1}",
        "{long: 1}.get(copy)",
        "{(long,): 1}[(copy,)]",
        "{tuple: 1}[tuple + (2,)]",
        "1|trim(long)",
        "''.startswith(long)",
        "''.startswith((long, long))",
        "'%.1s' % long",
        "'{:.1}'.format(long)",
        "'x'.format(**attributes)",
        "[space]|map(attribute='x.' * 1000 + 'x')|list",
        "[]|sort(attribute=',' * 1000)",
        "long|title",
      })
  void everyOperationCounts(String expression) {
    String template =
        "{% set big = 10 ** 4200 %}{% set half = 10 ** 2100 %}{% set tuple = (1,) * 900 %}"
            + "{% set space = namespace() %}{% set space.x = space %}"
            + "{% set long = 'ab' * 5000 %}{% set copy = long + '' %}"
            + "{% for i in range(20000) %}{% set x = "
            + expression
            + " %}{% endfor %}";
    Map<String, Integer> attributes = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      attributes.put("name" + i, i);
    }
    assertThatThrownBy(() -> renderedOnSmallStack(template, Map.of("attributes", attributes)))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("template ");
  }

  /** Texts so long that work quadratic in their length would stall the test. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "a.find(late); -1",
        "a.rfind(early); -1",
        "a.count(late); 0",
        "late in a; False",
        "a.split(late)|length; 1",
        "a.rsplit(early)|length; 1",
        "a.partition(late)|length; 3",
        "a.rpartition(early)|length; 3",
        "a.replace(late, '')|length; 4000000",
        "('a ' * 200000).rsplit()|length; 200000",
        "a.strip('b' * 2000000)|length; 4000000",
        "('\u0149' * 500000)|upper|length; 1000000",
        "('\u0130' * 500000)|lower|length; 1000000",
      })
  void longTextsTakeLinearTime(String expression, String result) throws Exception {
    String template =
        "{% set a = 'a' * 4000000 %}{% set late = 'a' * 2000000 + 'b' %}"
            + "{% set early = 'b' + 'a' * 2000000 %}{{ "
            + expression
            + " }}";
    assertThat(renderedOnSmallStack(template, Map.of())).isEqualTo(result);
  }

  @Test
  void keysWithOneHashAreFew() {
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; i < 15; i++) {
      texts = texts.stream().flatMap(text -> Stream.of(text + "Aa", text + "BB")).toList();
    }
    assertThat(texts).hasSize(32768).allMatch(text -> text.hashCode() == text(15).hashCode());
    assertThat(
            Template.parse("{{ texts|unique(true)|list|length }}").render(Map.of("texts", texts)))
        .isEqualTo("32768");
    for (String template :
        List.of(
            "{{ range(2 ** 70, 2 ** 70 + 2000)|unique|list|length }}",
            "{{ dict(pairs)|length }}")) {
      List<List<Integer>> pairs =
          Stream.iterate(0, i -> i + 1).limit(2000).map(i -> List.of(i, i)).toList();
      assertThatThrownBy(() -> Template.parse(template).render(Map.of("pairs", pairs)))
          .hasMessageContaining("more than 1000 keys that are not strings");
    }
    assertThat(Template.parse("{{ ([1, 2] * 2000)|unique|list }}").render(Map.of()))
        .isEqualTo("[1, 2]");
  }

  private static String text(int times) {
    return "Aa".repeat(times);
  }

  @Test
  void aNumberOfEndlessDigitsIsRefusedUnread() {
    String digits = "9".repeat(5_000_000);
    assertThatThrownBy(() -> Template.parse("{{ " + digits + " }}"))
        .isInstanceOf(JinjaException.class)
        .hasMessageContaining("more than 4300 digits");
    assertThat(
            Template.parse("{{ [[1]]|map(attribute=digits)|first is undefined }}")
                .render(Map.of("digits", digits)))
        .isEqualTo("True");
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

  /** The templates of known models need at most a hundredth of the limits for their input. */
  @ParameterizedTest
  @MethodSource("models")
  void knownTemplatesNeedAHundredth(String model) {
    JinjaFixtures fixtures = JinjaFixtures.load();
    JinjaFixtures.Run run =
        fixtures.runs().stream()
            .filter(r -> r.name().equals(model + " with user"))
            .findFirst()
            .get();
    for (int turns : new int[] {1, 11, 301}) {
      String text = "word ".repeat(turns == 1 ? 2000 : 20);
      List<Map<String, String>> messages = new ArrayList<>();
      for (int turn = 0; turn < turns; turn++) {
        messages.add(Map.of("role", turn % 2 == 0 ? "user" : "assistant", "content", text));
      }
      Map<String, Object> context = new HashMap<>(run.context());
      context.put("messages", messages);
      Limits limits = Limits.forInput(4L * turns, (long) turns * text.length());
      Limits hundredth =
          new Limits(limits.steps() / 100, limits.characters() / 20, limits.textLength(), 400);
      assertThat(Template.parse(run.template()).render(context, fixtures.clock(), hundredth))
          .contains(text.strip());
    }
  }

  static Stream<String> models() {
    return Stream.of(
        "chatml",
        "gemma2",
        "llama2",
        "llama3",
        "llama31",
        "phi3",
        "mistral-v03",
        "qwen25",
        "qwen3",
        "smollm2",
        "zephyr",
        "deepseek-r1",
        "command-r");
  }

  /** Thousands of turns, some of a hundred thousand characters, use at most half of the steps. */
  @ParameterizedTest
  @MethodSource("models")
  void longConversationsFitInKnownTemplates(String model) {
    Limits standard = Limits.standard();
    Limits half =
        new Limits(standard.steps() / 2, standard.characters() / 2, standard.textLength() / 2, 400);
    JinjaFixtures fixtures = JinjaFixtures.load();
    JinjaFixtures.Run run =
        fixtures.runs().stream()
            .filter(r -> r.name().equals(model + " with user"))
            .findFirst()
            .get();
    List<Map<String, String>> messages = new ArrayList<>();
    for (int turn = 0; turn < 3000; turn++) {
      String text = (turn + " x ").repeat(turn % 100 == 0 ? 20_000 : 50);
      messages.add(Map.of("role", turn % 2 == 0 ? "user" : "assistant", "content", text));
    }
    Map<String, Object> context = new HashMap<>(run.context());
    context.put("messages", messages);
    String prompt = Template.parse(run.template()).render(context, fixtures.clock(), half);
    assertThat(prompt).contains("2998 x 2998").hasSizeGreaterThan(500_000);
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
    return renderedOnSmallStack(template, Map.of());
  }

  private static String renderedOnSmallStack(String template, Map<String, ?> bindings)
      throws Exception {
    FutureTask<String> task =
        new FutureTask<>(() -> Template.parse(template).render(bindings, clock(), LIMITS));
    Thread thread = new Thread(null, task, "small stack", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof JinjaException failure) {
        throw failure;
      }
      throw e;
    }
  }
}
