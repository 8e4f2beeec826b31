package io.pinion.jinja;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.jinja.limit.Limits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The templates of known models stay far below the limits. */
class KnownTemplatesTest {
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
}
