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

  private static final long STEPS = 100_000;
  private static final long STEPS_PER_VALUE = 2_500;
  private static final long STEPS_PER_CHARACTER = 5;
  private static final long CHARACTERS = 4 << 20;
  private static final long CHARACTERS_PER_CHARACTER = 100;

  /** The most that any rendering may take, for conversations of thousands of turns. */
  public static Limits standard() {
    return new Limits(4_000_000, 128L << 20, 32 << 20, 400);
  }

  /**
   * The limits for an input: about a hundred times what the templates of known models take, and at
   * most the standard ones. A template that exceeds less than those is at fault itself, whatever
   * the input.
   *
   * @param values how many texts, numbers, lists and maps the input consists of
   * @param characters how long its texts are together
   */
  public static Limits forInput(long values, long characters) {
    Limits most = standard();
    return new Limits(
        Math.min(most.steps, STEPS + STEPS_PER_VALUE * values + STEPS_PER_CHARACTER * characters),
        Math.min(most.characters, CHARACTERS + CHARACTERS_PER_CHARACTER * characters),
        most.textLength,
        most.depth);
  }
}
