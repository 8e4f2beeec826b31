package io.pinion.text.template;

import java.util.Objects;

/**
 * One turn of a conversation, as a chat template receives it.
 *
 * @param role the speaker: {@code system}, {@code user}, {@code assistant}, or another role that
 *     the model's template supports
 * @param content the text of the turn
 */
public record ChatMessage(String role, String content) {
  public ChatMessage {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(content, "content");
  }
}
