package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.RowException;
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

  PromptRenderer(PromptSource source, LoadedModel model) {
    this.source = source;
    this.model = model;
    this.template = source.template() == null ? null : PromptTemplate.parse(source.template());
  }

  /**
   * The prompt of a row.
   *
   * @throws RowException if a value is null or the chat template refuses the conversation
   */
  int[] tokens(Row row) {
    if (source.messagesColumn() != null) {
      ChatTemplate chat =
          model
              .chatTemplate()
              .orElseThrow(
                  () ->
                      new RowException(
                          "the model has no chat template, which column '"
                              + source.messagesColumn()
                              + "' needs: use prompt.template"));
      return rendered(chat, messages(row));
    }
    String text =
        template == null
            ? text(row, source.inputColumn())
            : template.render(column -> text(row, column));
    if (model.chatTemplate().isEmpty()) {
      String whole = source.system() == null ? text : source.system() + "\n\n" + text;
      return model.tokenizer().encode(whole, true);
    }
    List<ChatMessage> messages = new ArrayList<>();
    if (source.system() != null) {
      messages.add(new ChatMessage("system", source.system()));
    }
    messages.add(new ChatMessage("user", text));
    return rendered(model.chatTemplate().get(), messages);
  }

  private int[] rendered(ChatTemplate chat, List<ChatMessage> messages) {
    try {
      return model.tokenizer().encode(chat.render(messages, true), false);
    } catch (TemplateException e) {
      throw new RowException(e.getMessage(), e);
    }
  }

  private List<ChatMessage> messages(Row row) {
    int index = row.fieldIndex(source.messagesColumn());
    if (row.isNullAt(index)) {
      throw new RowException("messages column '" + source.messagesColumn() + "' is null");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (Object value : row.getList(index)) {
      Row message = (Row) value;
      if (message == null || message.getAs("role") == null || message.getAs("content") == null) {
        throw new RowException(
            "messages column '" + source.messagesColumn() + "' has a message with a null in it");
      }
      messages.add(new ChatMessage(message.getAs("role"), message.getAs("content")));
    }
    return messages;
  }

  private static String text(Row row, String column) {
    Object value = row.get(row.fieldIndex(column));
    if (value == null) {
      throw new RowException("prompt column '" + column + "' is null");
    }
    return value.toString();
  }
}
