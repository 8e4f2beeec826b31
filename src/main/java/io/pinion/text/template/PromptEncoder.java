package io.pinion.text.template;

import io.pinion.text.tokenizer.SpecialTexts;
import io.pinion.text.tokenizer.Tokenizer;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Encodes rendered prompts such that texts from columns stay text: a control token in one, such as
 * {@code <|im_end|>}, is spelled out, while the template's own control tokens are themselves. A
 * prompt whose columns have nothing like a control token in them is encoded as it is rendered.
 * Thread-safe, like its tokenizer.
 */
public final class PromptEncoder {
  /** Roles that templates know, which may also be part of control tokens. */
  private static final Set<String> ROLES =
      Set.of(
          "system",
          "developer",
          "user",
          "assistant",
          "tool",
          "function",
          "ipython",
          "model",
          "chatbot",
          "observation");

  private static final String ROLE_PATTERN = "[A-Za-z][A-Za-z0-9_. -]{0,63}";

  private final Tokenizer tokenizer;
  private final boolean allowSpecialTokens;
  private final ColumnMarks marks;
  private final SpecialTexts specials;

  /**
   * @param allowSpecialTokens whether control tokens in columns are themselves
   */
  public PromptEncoder(Tokenizer tokenizer, boolean allowSpecialTokens) {
    this.tokenizer = tokenizer;
    this.allowSpecialTokens = allowSpecialTokens;
    this.marks = new ColumnMarks(tokenizer.vocabulary());
    this.specials = SpecialTexts.of(tokenizer.vocabulary());
  }

  /**
   * The tokens of a prompt.
   *
   * @param render renders it, several times perhaps; it passes every text from a column through the
   *     operator that it is given, and uses what that returns instead
   * @param addSpecialTokens as for {@link Tokenizer#encode(String, boolean)}
   */
  public int[] encode(Function<UnaryOperator<String>, String> render, boolean addSpecialTokens) {
    if (allowSpecialTokens) {
      return tokenizer.encode(render.apply(UnaryOperator.identity()), addSpecialTokens);
    }
    boolean[] concern = {false};
    String prompt =
        render.apply(
            text -> {
              concern[0] |= marks.concern(text);
              return text;
            });
    return concern[0] && specials.matches(prompt).findAny().isPresent()
        ? encodeMarked(render, prompt, addSpecialTokens)
        : tokenizer.encode(prompt, addSpecialTokens);
  }

  /**
   * Finds by marks which characters of the prompt come from columns. Should the template look for
   * just these characters, so that marks change what it writes, fewer are marked.
   */
  private int[] encodeMarked(
      Function<UnaryOperator<String>, String> render, String prompt, boolean addSpecialTokens) {
    ColumnMarks.Unmarked found = null;
    for (ColumnMarks.Extent extent : ColumnMarks.Extent.values()) {
      found = ColumnMarks.unmark(render.apply(text -> marks.mark(text, extent)));
      if (found.text().equals(prompt)) {
        break;
      }
    }
    return tokenizer.encode(found.text(), found.marked(), addSpecialTokens);
  }

  /**
   * Whether a role may stand in a prompt. Templates write roles into control tokens, as in {@code
   * <|user|>}, so one that would make up another control token may not.
   */
  public boolean allowsRole(String role) {
    if (allowSpecialTokens || ROLES.contains(role)) {
      return true;
    }
    String lower = role.toLowerCase(Locale.ROOT);
    return role.matches(ROLE_PATTERN)
        && specials.texts().stream()
            .noneMatch(special -> special.toLowerCase(Locale.ROOT).contains(lower));
  }
}
