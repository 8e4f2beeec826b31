package io.pinion.text.template;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * One turn of a conversation, as a chat template receives it.
 *
 * @param role the speaker: {@code system}, {@code user}, {@code assistant}, or another role that
 *     the model's template supports
 * @param content the text of the turn; {@code null} if it has none, as a call of a tool
 * @param fields what else the template may ask of the turn, such as {@code tool_calls}: Booleans,
 *     Numbers, Strings, and Maps and Lists of these
 */
public record ChatMessage(String role, String content, Map<String, Object> fields) {
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }

  /** A turn that is a text. */
  public ChatMessage(String role, String content) {
    this(role, Objects.requireNonNull(content, "content"), Map.of());
  }
}
