package io.pinion.text.jinja;

/** What one rendering has used of its {@link Limits}. */
final class Budget {
  /** What an element of a list counts, in characters. */
  static final int ELEMENT = 8;

  private static final int CHARACTERS_PER_STEP = 64;

  private final Limits limits;
  private long steps;
  private long characters;
  private int depth;

  Budget(Limits limits) {
    this.limits = limits;
  }

  /** Counts operations. */
  void steps(long count) {
    steps += count;
    if (steps > limits.steps()) {
      throw new EvaluationException("template takes more than " + limits.steps() + " steps");
    }
  }

  /** Counts the reading of a text. */
  void read(String text) {
    steps(1 + text.length() / CHARACTERS_PER_STEP);
  }

  /** Counts characters that are made. */
  void characters(long count) {
    characters += count;
    if (characters > limits.characters()) {
      throw new EvaluationException(
          "template makes texts of more than " + limits.characters() + " characters");
    }
  }

  /** Counts elements of a list that is made. */
  void elements(long count) {
    steps(1 + count / ELEMENT);
    characters(count * ELEMENT);
  }

  /** Refuses a text of this length. */
  void textLength(long length) {
    if (length > limits.textLength()) {
      throw new EvaluationException(
          "template makes a text of more than " + limits.textLength() + " characters");
    }
  }

  /** Goes one level down; {@link #leave} goes up again. */
  void enter() {
    if (++depth > limits.depth()) {
      throw new EvaluationException(
          "template nests expressions or macro calls deeper than " + limits.depth());
    }
  }

  void leave() {
    depth--;
  }
}
