package io.pinion.guide.distinct;

import java.util.List;

/**
 * A JSON string whose end is still to come. Immutable.
 *
 * @param text what it says so far, escapes resolved
 * @param escape where an escape stands: -1 outside of one, 0 after its backslash, then the number
 *     of hexadecimal digits still missing
 * @param code the hexadecimal digits so far
 * @param high the first half of a surrogate pair; 0 when there is none
 */
record OpenString(Text text, int escape, int code, int high) {
  static final OpenString EMPTY = new OpenString(Text.EMPTY, -1, 0, 0);

  private static final int OUTSIDE = -1;
  private static final int BACKSLASH = 0;
  private static final String SHORT_NAMES = "bfnrt\"\\/";
  private static final String SHORT = "\b\f\n\r\t\"\\/";

  /** Whether a quote would end the string. */
  boolean mayEnd() {
    return escape == OUTSIDE;
  }

  OpenString with(int value) {
    if (escape == OUTSIDE) {
      return value == '\\' ? escape(BACKSLASH, 0) : new OpenString(text.with(value), -1, 0, 0);
    } else if (escape > BACKSLASH) {
      int digits = code << 4 | Math.max(Character.digit(value, 16), 0);
      return escape == 1 ? withUnit(digits) : escape(escape - 1, digits);
    } else if (value == 'u') {
      return escape(4, 0);
    }
    int name = SHORT_NAMES.indexOf(value);
    return new OpenString(text.with(name < 0 ? value : SHORT.charAt(name)), OUTSIDE, 0, 0);
  }

  private OpenString escape(int place, int digits) {
    return new OpenString(text, place, digits, high);
  }

  private OpenString withUnit(int unit) {
    if (Character.isHighSurrogate((char) unit)) {
      return new OpenString(text, OUTSIDE, 0, unit);
    }
    int character = high == 0 ? unit : Character.toCodePoint((char) high, (char) unit);
    return new OpenString(text.withCharacter(character), OUTSIDE, 0, 0);
  }

  /** Equal for strings that say the same and go on in the same way. */
  Object place() {
    return List.of(text.toString(), escape, code, high);
  }
}
