package io.pinion.text.template;

import io.pinion.jinja.Template;
import io.pinion.jinja.limit.JinjaException;
import io.pinion.jinja.limit.Limits;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A model's own chat template (Jinja), which turns a conversation into the prompt it was trained
 * on.
 *
 * <p>Renders as Hugging Face's {@code apply_chat_template} does. A hostile template has no access
 * to anything outside its variables and fails within seconds. Thread-safe.
 */
public final class ChatTemplate {
  private static final Logger LOG = LoggerFactory.getLogger(ChatTemplate.class);
  private static final long VALUES_PER_TURN = 4;
  private static final String ROLE = "role";
  private static final Pattern NAME = Pattern.compile("\\w+");

  private final Template template;
  private final Map<String, String> specialTokens;
  private volatile TemplateBudgetException overBudget;

  private ChatTemplate(Template template, Map<String, String> specialTokens) {
    this.template = template;
    this.specialTokens = specialTokens;
  }

  /**
   * Parses a template's source.
   *
   * @param specialTokens the texts of {@code bos_token}, {@code eos_token} and the like
   * @throws TemplateException for a malformed template, naming the line
   * @throws TemplateBudgetException for one that takes too much work for a word
   */
  public static ChatTemplate parse(String source, Map<String, String> specialTokens) {
    try {
      ChatTemplate template = new ChatTemplate(Template.parse(source), Map.copyOf(specialTokens));
      template.tryOut();
      return template;
    } catch (JinjaException e) {
      throw new TemplateException(
          "the model's chat template is malformed in line " + e.line() + ": " + e.getMessage(), e);
    }
  }

  /** Renders a word, so that a hostile template fails before any row. */
  private void tryOut() {
    try {
      render(List.of(new ChatMessage("user", "Hello")), true);
    } catch (TemplateException e) {
      LOG.debug("the chat template does not render a single turn of a user: {}", e.getMessage());
    }
  }

  /**
   * The prompt for a conversation.
   *
   * @param addGenerationPrompt whether to open the assistant's turn at the end
   * @throws TemplateException if the template fails or rejects the conversation
   * @throws TemplateBudgetException if the template takes far more work than the conversation
   *     justifies; from then on for every conversation, without further work
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
    TemplateBudgetException before = overBudget;
    if (before != null) {
      throw before;
    }
    List<Map<String, Object>> turns = messages.stream().map(ChatTemplate::turn).toList();
    Map<String, Object> bindings = new HashMap<>(specialTokens);
    bindings.put("messages", turns.stream().map(turn -> changed(turn, change)).toList());
    bindings.put("add_generation_prompt", addGenerationPrompt);
    bindings.put("tools", null);
    bindings.put("documents", null);
    Limits limits = limits(turns);
    try {
      return template.render(bindings, limits);
    } catch (JinjaException e) {
      String why = "the model's chat template fails in line " + e.line() + ": " + e.getMessage();
      boolean less = limits.steps() < Limits.standard().steps();
      if (e.overBudget() && less) {
        overBudget =
            new TemplateBudgetException(
                why
                    + " for a conversation of "
                    + messages.size()
                    + " turns, a hundred times what the templates of known models take. Use"
                    + " another model file, or mend its chat template",
                e);
        throw overBudget;
      }
      throw new TemplateException(why, e);
    } catch (IllegalArgumentException e) {
      throw new TemplateException("the messages cannot be rendered: " + e.getMessage(), e);
    }
  }

  private static Limits limits(List<Map<String, Object>> turns) {
    long values = 0;
    long characters = 0;
    for (Map<String, Object> turn : turns) {
      values += VALUES_PER_TURN + values(turn.values());
      characters += characters(turn.values());
    }
    return Limits.forInput(values, characters);
  }

  /** How many Maps, Lists and their elements values hold. */
  private static long values(Collection<?> values) {
    return values.stream()
        .map(ChatTemplate::inside)
        .mapToLong(inside -> inside.size() + values(inside))
        .sum();
  }

  private static long characters(Collection<?> values) {
    return values.stream()
        .mapToLong(
            value -> value instanceof String text ? text.length() : characters(inside(value)))
        .sum();
  }

  private static Collection<?> inside(Object value) {
    if (value instanceof Map<?, ?> map) {
      return map.values();
    }
    return value instanceof List<?> list ? list : List.of();
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
  private static Map<String, Object> turn(ChatMessage message) {
    Map<String, Object> turn = new LinkedHashMap<>();
    turn.put(ROLE, message.role());
    turn.put("content", message.content());
    turn.putAll(message.fields());
    return turn;
  }
}
