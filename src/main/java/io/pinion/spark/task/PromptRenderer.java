package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.RowException;
import io.pinion.text.template.ChatMessage;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.template.PromptTemplate;
import io.pinion.text.template.TemplateException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Row;

/** Turns a row into the token ids of its prompt. */
final class PromptRenderer {
  private final TaskOptions options;
  private final LoadedModel model;
  private final PromptTemplate template;

  PromptRenderer(TaskOptions options, LoadedModel model) {
    this.options = options;
    this.model = model;
    this.template =
        options.promptTemplate() == null ? null : PromptTemplate.parse(options.promptTemplate());
  }

  /**
   * The prompt of a row.
   *
   * @throws RowException where a value is null or the chat template refuses the conversation
   */
  int[] tokens(Row row) {
    if (options.messagesColumn() != null) {
      ChatTemplate chat =
          model
              .chatTemplate()
              .orElseThrow(
                  () ->
                      new RowException(
                          "the model has no chat template, which column '"
                              + options.messagesColumn()
                              + "' needs: use prompt.template"));
      return rendered(chat, messages(row));
    }
    String text =
        template == null
            ? text(row, options.inputColumn())
            : template.render(column -> text(row, column));
    if (model.chatTemplate().isEmpty()) {
      String whole = options.system() == null ? text : options.system() + "\n\n" + text;
      return model.tokenizer().encode(whole, true);
    }
    List<ChatMessage> messages = new ArrayList<>();
    if (options.system() != null) {
      messages.add(new ChatMessage("system", options.system()));
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
    int index = row.fieldIndex(options.messagesColumn());
    if (row.isNullAt(index)) {
      throw new RowException("messages column '" + options.messagesColumn() + "' is null");
    }
    List<ChatMessage> messages = new ArrayList<>();
    for (Object value : row.getList(index)) {
      Row message = (Row) value;
      if (message == null || message.getAs("role") == null || message.getAs("content") == null) {
        throw new RowException(
            "messages column '" + options.messagesColumn() + "' has a message with a null in it");
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
