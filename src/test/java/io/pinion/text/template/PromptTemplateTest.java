package io.pinion.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptTemplateTest {
  private static final Map<String, String> ROW =
      Map.of("a", "A", "b", "{{ a }}", "two words", "2", "größe", "ü", "empty", "");

  private static String render(String source) {
    return PromptTemplate.parse(source).render(ROW::get);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\"\", \"\"",
        "no placeholder, no placeholder",
        "{{ a }}, A",
        "{{a}}, A",
        "\"{{\n\ta  }}\", A",
        "x{{ a }}y{{ a }}z, xAyAz",
        "{{ a }}{{ empty }}{{ a }}, AA",
        "{{ two words }}, 2",
        "{{ größe }} 😀 {{ a }}, ü 😀 A",
        "{ a } and }} and { and }, { a } and }} and { and }",
        "{{ a }}}, A}",
        "{{ a }} }}, A }}"
      })
  void placeholdersBecomeTheValuesOfTheirColumns(String source, String text) {
    assertThat(render(source)).isEqualTo(text);
  }

  @Test
  void valuesAreNotReadAsTemplates() {
    assertThat(render("{{ b }}")).isEqualTo("{{ a }}");
  }

  @ParameterizedTest
  @CsvSource({
    "{{{{, {{",
    "{{{{ a }}, {{ a }}",
    "{{{{{{{{, {{{{",
    "x{{{{y{{ a }}z, x{{yAz",
    "{{{{{{ a }}, {{A",
    "{{ a }}{{{{, A{{"
  })
  void fourBracesStandForTwo(String source, String text) {
    assertThat(render(source)).isEqualTo(text);
  }

  @Test
  void columnsAreThoseNamedInTheirOrderWithRepetitions() {
    assertThat(PromptTemplate.parse("{{ b }} {{{{ c }} {{a}}{{ b }}").columns())
        .containsExactly("b", "a", "b");
    assertThat(PromptTemplate.parse("plain").columns()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "{{, 1",
    "{{ a, 1",
    "{{ a }, 1",
    "x {{ a } }, 3",
    "{{ a }} {{ b, 9",
    "{{{{{{, 5",
    "{{ a {{ b }}, 1"
  })
  void aPlaceholderThatIsNotClosedIsRefusedWithItsPlace(String source, int place) {
    assertThatThrownBy(() -> PromptTemplate.parse(source))
        .isInstanceOf(TemplateException.class)
        .hasMessage(
            "the prompt template's placeholder at character "
                + place
                + " is not closed: write {{ column }}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc{{}}", "abc{{ }}", "abc{{\n}} {{ a }}"})
  void aPlaceholderWithoutAColumnIsRefusedWithItsPlace(String source) {
    assertThatThrownBy(() -> PromptTemplate.parse(source))
        .isInstanceOf(TemplateException.class)
        .hasMessage("the prompt template's placeholder at character 4 names no column");
  }
}
