package io.pinion.guide.pattern;

/** Whose reading of a pattern is meant. */
public enum Dialect {
  /**
   * What Java, Python and ECMAScript read alike: a text matches if it matches in all three. What
   * they read as different patterns is refused.
   */
  COMMON,
  /** ECMA-262 with the flag u, as JSON Schema prescribes. */
  ECMASCRIPT,
  /** Python's {@code re}, as Lark has it. */
  PYTHON;

  /** What the short names of character classes stand for. */
  Shorthands shorthands() {
    return switch (this) {
      case COMMON -> Shorthands.Common.ALL;
      case ECMASCRIPT -> Shorthands.EcmaScript.ALL;
      case PYTHON -> Shorthands.Python.ALL;
    };
  }
}
