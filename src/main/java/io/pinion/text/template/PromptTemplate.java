package io.pinion.text.template;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A prompt with {@code {{ column }}} placeholders. <code>{{{{</code> stands for two literal braces.
 * Immutable and thread-safe.
 */
public final class PromptTemplate {
  private static final String OPEN = "{{";
  private static final String CLOSE = "}}";

  private final List<String> texts;
  private final List<String> columns;

  private PromptTemplate(List<String> texts, List<String> columns) {
    this.texts = List.copyOf(texts);
    this.columns = List.copyOf(columns);
  }

  /**
   * Parses a template.
   *
   * @throws TemplateException for a placeholder that is empty or not closed, naming its position
   */
  public static PromptTemplate parse(String source) {
    List<String> texts = new ArrayList<>();
    List<String> columns = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    int at = 0;
    while (at < source.length()) {
      int open = source.indexOf(OPEN, at);
      if (open < 0) {
        text.append(source, at, source.length());
        break;
      }
      text.append(source, at, open);
      if (source.startsWith(OPEN + OPEN, open)) {
        text.append(OPEN);
        at = open + 4;
        continue;
      }
      int close = source.indexOf(CLOSE, open);
      columns.add(column(source, open, close));
      texts.add(text.toString());
      text.setLength(0);
      at = close + 2;
    }
    texts.add(text.toString());
    return new PromptTemplate(texts, columns);
  }

  private static String column(String source, int open, int close) {
    String name = close < 0 ? OPEN : source.substring(open + 2, close).strip();
    boolean closed = !name.contains(OPEN);
    if (!closed || name.isEmpty()) {
      throw new TemplateException(
          "the prompt template's placeholder at character "
              + (open + 1)
              + (closed ? " names no column" : " is not closed: write {{ column }}"));
    }
    return name;
  }

  /** The columns of the placeholders in order of appearance, including repetitions. */
  public List<String> columns() {
    return columns;
  }

  /** The text with every placeholder replaced by the value of its column. */
  public String render(Function<String, String> values) {
    StringBuilder out = new StringBuilder(texts.get(0));
    for (int i = 0; i < columns.size(); i++) {
      out.append(values.apply(columns.get(i))).append(texts.get(i + 1));
    }
    return out.toString();
  }
}
