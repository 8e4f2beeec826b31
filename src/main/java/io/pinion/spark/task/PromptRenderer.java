package io.pinion.spark.task;

import io.pinion.engine.LoadedModel;
import io.pinion.generate.RowException;
import io.pinion.spark.column.ColumnPath;
import io.pinion.spark.column.ColumnText;
import io.pinion.spark.task.TaskOptions.PromptSource;
import io.pinion.text.template.ChatMessage;
import io.pinion.text.template.ChatTemplate;
import io.pinion.text.template.PromptEncoder;
import io.pinion.text.template.PromptTemplate;
import io.pinion.text.template.TemplateException;
import io.pinion.text.tokenizer.TokenizerException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.spark.sql.Row;

/** Turns a row into the token ids of its prompt. */
final class PromptRenderer {
  private final PromptSource source;
  private final LoadedModel model;
  private final PromptTemplate template;
  private final PromptEncoder encoder;
  private final MessagesColumn messages;

  PromptRenderer(PromptSource source, LoadedModel model) {
    this.source = source;
    this.model = model;
    this.template = source.template() == null ? null : PromptTemplate.parse(source.template());
    this.encoder = new PromptEncoder(model.tokenizer(), source.allowSpecialTokens());
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
      List<ChatMessage> turns = messages.of(row);
      turns.forEach(this::checkRole);
      return encoded(columns -> chat.render(turns, true, columns), false);
    }
    return encoded(columns -> prompt(row, columns), model.chatTemplate().isEmpty());
  }

  private int[] encoded(Function<UnaryOperator<String>, String> render, boolean addSpecialTokens) {
    try {
      return encoder.encode(render, addSpecialTokens);
    } catch (TemplateException | TokenizerException e) {
      throw new RowException(e.getMessage(), e);
    }
  }

  /** The prompt of a row without messages; {@code columns} changes the texts from columns. */
  private String prompt(Row row, UnaryOperator<String> columns) {
    String text =
        template == null
            ? columns.apply(text(row, source.inputColumn()))
            : template.render(column -> columns.apply(text(row, column)));
    if (model.chatTemplate().isEmpty()) {
      return source.system() == null ? text : source.system() + "\n\n" + text;
    }
    return model.chatTemplate().get().render(conversation(source, text), true);
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

  private void checkRole(ChatMessage message) {
    if (!encoder.allowsRole(message.role())) {
      throw new RowException(
          "messages column '"
              + source.messagesColumn()
              + "' has the role '"
              + message.role()
              + "', which could forge a control token: write a role such as system, user,"
              + " assistant or tool, or set prompt.allow-special-tokens");
    }
  }

  /** What is wrong with a model without a chat template if prompts come as messages. */
  static String noTemplate(PromptSource source) {
    return "the model has no chat template, which column '"
        + source.messagesColumn()
        + "' needs: use prompt.template";
  }

  private static String text(Row row, String column) {
    Object value = ColumnPath.value(row, column);
    if (value == null) {
      throw new RowException("prompt column '" + column + "' is null");
    }
    return ColumnText.of(value);
  }
}
