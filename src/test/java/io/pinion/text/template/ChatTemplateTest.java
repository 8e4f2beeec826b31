package io.pinion.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
  private static final Map<String, String> TOKENS = Map.of("bos_token", "<s>", "eos_token", "</s>");
  private static final String CHATML =
      "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n'"
          + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
          + "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

  private static final List<ChatMessage> TURNS =
      List.of(new ChatMessage("system", "Be brief."), new ChatMessage("user", "Hi {{ x }}"));

  @Test
  void rendersAConversation() {
    assertThat(ChatTemplate.parse(CHATML, TOKENS).render(TURNS, true))
        .isEqualTo(
            "<|im_start|>system\nBe brief.<|im_end|>\n"
                + "<|im_start|>user\nHi {{ x }}<|im_end|>\n<|im_start|>assistant\n");
    assertThat(ChatTemplate.parse(CHATML, TOKENS).render(TURNS, false))
        .endsWith("Hi {{ x }}<|im_end|>\n");
  }

  @Test
  void knowsSpecialTokensAndThatThereAreNoTools() {
    String source =
        "{{ bos_token }}{{ eos_token }}{{ pad_token is defined }}{{ tools }}{{ documents }}";
    assertThat(ChatTemplate.parse(source, TOKENS).render(TURNS, true))
        .isEqualTo("<s></s>FalseNoneNone");
  }

  @Test
  void printsTurnsInTheirOrder() {
    assertThat(ChatTemplate.parse("{{ messages[0] }}", TOKENS).render(TURNS, true))
        .isEqualTo("{'role': 'system', 'content': 'Be brief.'}");
  }

  @Test
  void malformedTemplatesAreRefusedWithTheirLine() {
    assertThatThrownBy(() -> ChatTemplate.parse("a\n{% for x %}", TOKENS))
        .isInstanceOf(TemplateException.class)
        .hasMessage(
            "the model's chat template is malformed in line 2: expected 'in', got end of statement"
                + " block");
  }

  @Test
  void refusedConversationsFailWithTheLineAndTheTemplatesWords() {
    ChatTemplate template =
        ChatTemplate.parse("\n{{ raise_exception('System role not supported') }}", TOKENS);
    assertThatThrownBy(() -> template.render(TURNS, true))
        .isInstanceOf(TemplateException.class)
        .hasMessage("the model's chat template fails in line 2: System role not supported");
  }

  @Test
  void threadsShareATemplate() {
    ChatTemplate template =
        ChatTemplate.parse(
            "{% set ns = namespace(n=0) %}{% macro m(x) %}[{{ x }}]{% endmacro %}"
                + "{% for message in messages %}{% set ns.n = ns.n + 1 %}"
                + "{{ m(message.content) }}{{ loop.last }}{% endfor %}{{ ns.n }}",
            TOKENS);
    List<String> prompts =
        IntStream.range(0, 2000)
            .parallel()
            .mapToObj(i -> template.render(List.of(new ChatMessage("user", "" + i)), true))
            .toList();
    assertThat(prompts)
        .isEqualTo(IntStream.range(0, 2000).mapToObj(i -> "[" + i + "]True1").toList());
  }

  @Test
  void aTemplateThatTakesTooMuchWorkForAWordIsRefusedBeforeAnyRow() {
    String endless =
        "{% for a in range(90000) %}{% for b in range(90000) %}{% endfor %}{% endfor %}";
    assertThatThrownBy(() -> ChatTemplate.parse(endless, TOKENS))
        .isInstanceOf(TemplateBudgetException.class)
        .hasMessageStartingWith(
            "the model's chat template fails in line 1: template takes more than ")
        .hasMessageContaining("a hundred times what the templates of known models take");
  }

  @Test
  void aTemplateThatTurnsHostileFailsOnceForAllRows() {
    ChatTemplate template =
        ChatTemplate.parse(
            "{% if messages|length > 1 %}{% for a in range(90000) %}{{ 'x' * 9000 }}{% endfor %}"
                + "{% endif %}{{ messages[0].content }}",
            TOKENS);
    assertThat(template.render(TURNS.subList(0, 1), true)).isEqualTo("Be brief.");
    TemplateBudgetException first =
        catchThrowableOfType(TemplateBudgetException.class, () -> template.render(TURNS, true));
    assertThat(first).hasMessageContaining("for a conversation of 2 turns");
    assertThatThrownBy(() -> template.render(TURNS, true)).isSameAs(first);
    assertThatThrownBy(() -> template.render(TURNS.subList(0, 1), true)).isSameAs(first);
  }

  @Test
  void aConversationBeyondTheStandardLimitsIsItsRowsFault() {
    ChatTemplate template =
        ChatTemplate.parse(
            "{% for m in messages %}{% for n in messages %}{{ n.role }}{% endfor %}{% endfor %}",
            TOKENS);
    List<ChatMessage> turns =
        IntStream.range(0, 3000).mapToObj(i -> new ChatMessage("user", "x")).toList();
    assertThatThrownBy(() -> template.render(turns, true))
        .isInstanceOf(TemplateException.class)
        .hasMessageContaining("template takes more than 4000000 steps");
    assertThat(template.render(TURNS, true)).isEqualTo("systemusersystemuser");
  }
}
