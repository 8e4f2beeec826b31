package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.RowException;
import io.pinion.spark.column.ColumnText;
import io.pinion.spark.task.TaskOptions.PromptSource;
import io.pinion.text.template.ChatMessage;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.template.PromptTemplate;
import io.pinion.text.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** Turns a row into the token ids of its prompt. */
final class PromptRenderer {
  private final PromptSource source;
  private final LoadedModel model;
  private final PromptTemplate template;
  private final MessagesColumn messages;

  PromptRenderer(PromptSource source, LoadedModel model) {
    this.source = source;
    this.model = model;
    this.template = source.template() == null ? null : PromptTemplate.parse(source.template());
    this.messages = new MessagesColumn(source.messagesColumn());
  }

  /**
   * The prompt of a row.
   *
   * @throws RowException if a value is null or the chat template refuses the conversation
   */
  int[] tokens(Row row) {
    if (source.messagesColumn() != null) {
      ChatTemplate chat =
          model.chatTemplate().orElseThrow(() -> new RowException(noTemplate(source)));
      return rendered(chat, messages.of(row));
    }
    String text =
        template == null
            ? text(row, source.inputColumn())
            : template.render(column -> text(row, column));
    if (model.chatTemplate().isEmpty()) {
      String whole = source.system() == null ? text : source.system() + "\n\n" + text;
      return model.tokenizer().encode(whole, true);
    }
    return rendered(model.chatTemplate().get(), conversation(source, text));
  }

  /** The messages for a text that is no conversation itself. */
  static List<ChatMessage> conversation(PromptSource source, String text) {
    List<ChatMessage> messages = new ArrayList<>();
    if (source.system() != null) {
      messages.add(new ChatMessage("system", source.system()));
    }
    messages.add(new ChatMessage("user", text));
    return messages;
  }

  private int[] rendered(ChatTemplate chat, List<ChatMessage> messages) {
    try {
      return model.tokenizer().encode(chat.render(messages, true), false);
    } catch (TemplateException e) {
      throw new RowException(e.getMessage(), e);
    }
  }

  /** What is wrong with a model without a chat template if prompts come as messages. */
  static String noTemplate(PromptSource source) {
    return "the model has no chat template, which column '"
        + source.messagesColumn()
        + "' needs: use prompt.template";
  }

  private static String text(Row row, String column) {
    Object value = row.get(row.fieldIndex(column));
    if (value == null) {
      throw new RowException("prompt column '" + column + "' is null");
    }
    return ColumnText.of(value);
  }
}
