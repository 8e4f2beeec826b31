package io.pinion.spark.column;

import java.io.Serializable;

/**
 * How the columns that generation adds are named: each with a prefix, or all as the fields of one
 * column of structs. Immutable.
 *
 * @param prefix empty for none
 * @param struct the column's name; empty if each is a column of its own
 */
public record OutputNames(String prefix, String struct) implements Serializable {
  public static final String FINISH_REASON = "finish_reason";
  public static final String PROMPT_TOKENS = "prompt_tokens";
  public static final String COMPLETION_TOKENS = "completion_tokens";
  public static final String ERROR = "error";
  public static final String TOKEN_IDS = "token_ids";
  public static final String LOGPROBS = "logprobs";

  /** Names without prefix or struct. */
  public static final OutputNames PLAIN = new OutputNames("", "");

  /** Whether the columns are fields of one. */
  public boolean nested() {
    return !struct.isEmpty();
  }

  /** The name of a column or field. */
  public String of(String name) {
    return prefix + name;
  }

  /** The name of the column in formats without structs, where a field is a column. */
  public String spread(String name) {
    return nested() ? struct + '_' + of(name) : of(name);
  }

  /** The column or field as an expression of Spark's. */
  public String reference(String name) {
    String own = Names.quoted(of(name));
    return nested() ? Names.quoted(struct) + '.' + own : own;
  }
}
