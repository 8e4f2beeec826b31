package io.pinion.jinja;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JinjaFixturesTest {
  private static final JinjaFixtures FIXTURES = JinjaFixtures.load();

  static Stream<JinjaFixtures.Run> runs() {
    return FIXTURES.runs().stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void rendersAsPython(JinjaFixtures.Run run) {
    if (run.output().isPresent()) {
      assertThat(rendered(run)).isEqualTo(run.output().get());
    } else {
      assertThatThrownBy(() -> rendered(run)).isInstanceOf(JinjaException.class);
    }
  }

  private static String rendered(JinjaFixtures.Run run) {
    return Template.parse(run.template())
        .render(run.context(), FIXTURES.clock(), Limits.standard());
  }
}
