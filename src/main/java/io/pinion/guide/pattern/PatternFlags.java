package io.pinion.guide.pattern;

/** The flags that hold at a place of a pattern. Immutable. */
record PatternFlags(
    boolean ignoreCase, boolean dotAll, boolean verbose, boolean multiLine, boolean ascii) {
  static final PatternFlags NONE = new PatternFlags(false, false, false, false, false);

  /** These flags with one on or off; null for a letter that is no flag. */
  PatternFlags with(char flag, boolean on) {
    return switch (flag) {
      case 'i' -> new PatternFlags(on, dotAll, verbose, multiLine, ascii);
      case 's' -> new PatternFlags(ignoreCase, on, verbose, multiLine, ascii);
      case 'x' -> new PatternFlags(ignoreCase, dotAll, on, multiLine, ascii);
      case 'm' -> new PatternFlags(ignoreCase, dotAll, verbose, on, ascii);
      case 'a' -> new PatternFlags(ignoreCase, dotAll, verbose, multiLine, on);
      case 'u' -> new PatternFlags(ignoreCase, dotAll, verbose, multiLine, false);
      default -> null;
    };
  }
}
