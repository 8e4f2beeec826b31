package io.pinion.text;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.interpret.FatalTemplateErrorsException;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model's own chat template (Jinja), which turns a conversation into the prompt it was trained
 * on.
 *
 * <p>Rendered as Hugging Face does it: blocks trimmed, {@code raise_exception} available.
 * Thread-safe.
 */
public final class ChatTemplate {
  private static final long MOST_OUTPUT_BYTES = 64L << 20;

  private final String source;
  private final Map<String, String> specialTokens;
  private final Jinjava jinja;

  private ChatTemplate(String source, Map<String, String> specialTokens, Jinjava jinja) {
    this.source = source;
    this.specialTokens = specialTokens;
    this.jinja = jinja;
  }

  /**
   * Takes a template's source.
   *
   * @param specialTokens the texts of {@code bos_token}, {@code eos_token} and the like
   */
  public static ChatTemplate parse(String source, Map<String, String> specialTokens) {
    JinjavaConfig config =
        JinjavaConfig.newBuilder()
            .withTrimBlocks(true)
            .withLstripBlocks(true)
            .withMaxOutputSize(MOST_OUTPUT_BYTES)
            .build();
    Jinjava jinja = new Jinjava(config);
    jinja
        .getGlobalContext()
        .registerFunction(
            new ELFunctionDefinition(
                "", "raise_exception", ChatTemplate.class, "raiseException", String.class));
    return new ChatTemplate(source, Map.copyOf(specialTokens), jinja);
  }

  /** What a template calls to refuse a conversation. */
  public static String raiseException(String message) {
    throw new InterpretException(message);
  }

  /**
   * The prompt for a conversation.
   *
   * @param addGenerationPrompt whether to open the assistant's turn at the end
   * @throws TemplateException where the template is broken or refuses the conversation
   */
  public String render(List<ChatMessage> messages, boolean addGenerationPrompt) {
    Map<String, Object> bindings = new HashMap<>(specialTokens);
    List<Map<String, String>> turns = new ArrayList<>();
    messages.forEach(m -> turns.add(Map.of("role", m.role(), "content", m.content())));
    bindings.put("messages", turns);
    bindings.put("add_generation_prompt", addGenerationPrompt);
    RenderResult result = rendered(bindings);
    for (TemplateError error : result.getErrors()) {
      if (error.getSeverity() == TemplateError.ErrorType.FATAL) {
        throw new TemplateException(
            "the model's chat template fails in line "
                + error.getLineno()
                + ": "
                + error.getMessage(),
            error.getException());
      }
    }
    return result.getOutput();
  }

  private RenderResult rendered(Map<String, Object> bindings) {
    try {
      return jinja.renderForResult(source, bindings);
    } catch (FatalTemplateErrorsException e) {
      throw new TemplateException("the model's chat template fails: " + e.getMessage(), e);
    }
  }
}
