package io.pinion.jinja.limit;

/** Counts what one rendering has used of its {@link Limits}, and fails if it exceeds them. */
public final class Budget {
  /** How many characters an element of a list counts as. */
  public static final int ELEMENT = 8;

  private static final int CHARACTERS_PER_STEP = 64;
  private static final int CHARACTERS_OF_WORK_PER_STEP = 8;
  private static final int WORD_PRODUCTS_PER_STEP = 64;

  private final Limits limits;
  private long steps;
  private long characters;
  private int depth;

  public Budget(Limits limits) {
    this.limits = limits;
  }

  /** Counts operations. */
  public void steps(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw new EvaluationException("template takes more than " + limits.steps() + " steps", true);
    }
  }

  /** Counts reading a text. */
  public void read(String text) {
    steps(1 + text.length() / CHARACTERS_PER_STEP);
  }

  /** Counts work on each character of a text, which takes longer than reading it. */
  public void each(String text) {
    steps(1 + text.length() / CHARACTERS_OF_WORK_PER_STEP);
  }

  /** Counts an operation on numbers with this many bits in total, whose cost may be quadratic. */
  public void arithmetic(long bits) {
    long words = bits / Integer.SIZE;
    steps(words * words / WORD_PRODUCTS_PER_STEP);
  }

  /** Counts characters that are created. */
  public void characters(long count) {
    characters += count;
    if (characters > limits.characters()) {
      throw new EvaluationException(
          "template makes texts of more than " + limits.characters() + " characters", true);
    }
  }

  /** Counts elements of a list that is created. */
  public void elements(long count) {
    steps(1 + count / ELEMENT);
    characters(count * ELEMENT);
  }

  /** Fails if a text of this length is too long. */
  public void textLength(long length) {
    if (length > limits.textLength()) {
      throw new EvaluationException(
          "template makes a text of more than " + limits.textLength() + " characters");
    }
  }

  /** Enters a nesting level; {@link #leave} leaves it. */
  public void enter() {
    if (++depth > limits.depth()) {
      throw new EvaluationException(
          "template nests expressions or macro calls deeper than " + limits.depth());
    }
  }

  public void leave() {
    depth--;
  }
}
