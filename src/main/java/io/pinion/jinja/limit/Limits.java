package io.pinion.jinja.limit;

/**
 * What one rendering may use before it fails with a {@link JinjaException}.
 *
 * @param steps operations, about 50 ns each
 * @param characters characters of all texts made, intermediate ones included; an element of a list
 *     counts as {@link Budget#ELEMENT}
 * @param textLength characters of one text, the output included
 * @param depth nested expressions, statements and macro calls
 */
public record Limits(long steps, long characters, int textLength, int depth) {
  /** Templates and values nested deeper than this are refused. */
  public static final int NESTING = 100;

  /** Enough for conversations of thousands of turns; a hostile template ends in seconds. */
  public static Limits standard() {
    return new Limits(4_000_000, 128L << 20, 32 << 20, 400);
  }
}
