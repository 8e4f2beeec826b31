package io.pinion.text.template;

import io.pinion.jinja.Template;
import io.pinion.jinja.limit.JinjaException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A model's own chat template (Jinja), which turns a conversation into the prompt it was trained
 * on.
 *
 * <p>Renders as Hugging Face's {@code apply_chat_template} does. A hostile template has no access
 * to anything outside its variables and fails within seconds. Thread-safe.
 */
public final class ChatTemplate {
  private static final String ROLE = "role";
  private static final Pattern NAME = Pattern.compile("\\w+");

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
    return render(messages, addGenerationPrompt, UnaryOperator.identity());
  }

  /**
   * The prompt for a conversation whose texts are changed first, all but the roles.
   *
   * @throws TemplateException as above
   */
  public String render(
      List<ChatMessage> messages, boolean addGenerationPrompt, UnaryOperator<String> change) {
    Map<String, Object> bindings = new HashMap<>(specialTokens);
    bindings.put("messages", messages.stream().map(m -> changed(turn(m), change)).toList());
    bindings.put("add_generation_prompt", addGenerationPrompt);
    bindings.put("tools", null);
    bindings.put("documents", null);
    try {
      return template.render(bindings);
    } catch (JinjaException e) {
      throw new TemplateException(
          "the model's chat template fails in line " + e.line() + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, Object> changed(Map<String, ?> turn, UnaryOperator<String> change) {
    Map<String, Object> changed = new LinkedHashMap<>();
    turn.forEach(
        (key, value) -> changed.put(key, key.equals(ROLE) ? value : changedValue(value, change)));
    return changed;
  }

  private static Object changedValue(Object value, UnaryOperator<String> change) {
    if (value instanceof String text) {
      return change.apply(text);
    }
    if (value instanceof Map<?, ?> map) {
      Map<Object, Object> changed = new LinkedHashMap<>();
      map.forEach((key, item) -> changed.put(changedKey(key, change), changedValue(item, change)));
      return changed;
    }
    if (value instanceof List<?> list) {
      List<Object> changed = new ArrayList<>();
      list.forEach(item -> changed.add(changedValue(item, change)));
      return changed;
    }
    return value;
  }

  /** A key that templates may ask for stays as it is. */
  private static Object changedKey(Object key, UnaryOperator<String> change) {
    return key instanceof String text && !NAME.matcher(text).matches() ? change.apply(text) : key;
  }

  /**
   * A message with its keys in the order of Hugging Face's datasets, for templates that print it.
   */
  private static Map<String, String> turn(ChatMessage message) {
    Map<String, String> turn = new LinkedHashMap<>();
    turn.put(ROLE, message.role());
    turn.put("content", message.content());
    return turn;
  }
}
