package io.pinion.text.template;

import io.pinion.jinja.Template;
import io.pinion.jinja.limit.JinjaException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's own chat template (Jinja), which turns a conversation into the prompt it was trained
 * on.
 *
 * <p>Renders as Hugging Face's {@code apply_chat_template} does. A hostile template has no access
 * to anything outside its variables and fails within seconds. Thread-safe.
 */
public final class ChatTemplate {
  private final Template template;
  private final Map<String, String> specialTokens;

  private ChatTemplate(Template template, Map<String, String> specialTokens) {
    this.template = template;
    this.specialTokens = specialTokens;
  }

  /**
   * Parses a template's source.
   *
   * @param specialTokens the texts of {@code bos_token}, {@code eos_token} and the like
   * @throws TemplateException for a malformed template, naming the line
   */
  public static ChatTemplate parse(String source, Map<String, String> specialTokens) {
    try {
      return new ChatTemplate(Template.parse(source), Map.copyOf(specialTokens));
    } catch (JinjaException e) {
      throw new TemplateException(
          "the model's chat template is malformed in line " + e.line() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The prompt for a conversation.
   *
   * @param addGenerationPrompt whether to open the assistant's turn at the end
   * @throws TemplateException if the template fails or rejects the conversation
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    Map<String, Object> bindings = new HashMap<>(specialTokens);
    bindings.put("messages", messages.stream().map(ChatTemplate::turn).toList());
    bindings.put("add_generation_prompt", addGenerationPrompt);
    bindings.put("tools", null);
    bindings.put("documents", null);
    try {
      return template.render(bindings);
    } catch (JinjaException e) {
      throw new TemplateException(
          "the model's chat template fails in line " + e.line() + ": " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("the messages cannot be rendered: " + e.getMessage(), e);
    }
  }

  /**
   * A message with its keys in the order of Hugging Face's datasets, for templates that print it.
   */
  private static Map<String, Object> turn(ChatMessage message) {
    Map<String, Object> turn = new LinkedHashMap<>();
    turn.put("role", message.role());
    turn.put("content", message.content());
    turn.putAll(message.fields());
    return turn;
  }
}
