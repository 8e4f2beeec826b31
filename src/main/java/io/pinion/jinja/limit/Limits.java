package io.pinion.jinja.limit;

/**
 * Limits on one rendering, which fails with a {@link JinjaException} if it exceeds them.
 *
 * @param steps operations, about 50 ns each
 * @param characters total characters of all texts created, including intermediate ones; an element
 *     of a list counts as {@link Budget#ELEMENT}
 * @param textLength characters of any one text, such as the output
 * @param depth nesting depth of expressions, statements and macro calls
 */
public record Limits(long steps, long characters, int textLength, int depth) {
  /** The maximum nesting depth of template syntax and of values. */
  public static final int NESTING = 100;

  /**
   * Enough for conversations of thousands of turns, yet a hostile template fails within seconds.
   */
  public static Limits standard() {
    return new Limits(4_000_000, 128L << 20, 32 << 20, 400);
  }
}
