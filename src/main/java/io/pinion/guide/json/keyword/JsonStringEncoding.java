package io.pinion.guide.json.keyword;

import io.pinion.guide.regex.CharacterEncoding;
import io.pinion.guide.regex.Regex;
import io.pinion.guide.regex.RegexList;
import io.pinion.guide.regex.RegexPool;
import io.pinion.guide.regex.Utf8Encoding;
import io.pinion.guide.set.ByteSet;
import io.pinion.guide.set.CodePoints;

/**
 * The inside of a JSON string. A character is written as itself where JSON allows that, and as its
 * short escape or {@code \}{@code u00XX} where it does not; {@code \/} is taken as well. Text under
 * a constraint is spelled so; {@link #anyCharacter} knows every escape.
 */
public final class JsonStringEncoding extends CharacterEncoding {
  private static final CodePoints ESCAPED =
      CodePoints.range(0, 0x1f).union(CodePoints.each("\"\\"));
  private static final String SHORT = "\b\f\n\r\t\"\\/";
  private static final String SHORT_NAMES = "bfnrt\"\\/";

  private Regex anyCharacter;

  public JsonStringEncoding(RegexPool pool) {
    super(pool);
  }

  /** Whether a text is spelled in one way only: by its own characters. */
  static boolean isPlain(String text) {
    return text.codePoints()
        .noneMatch(c -> ESCAPED.contains(c) || c == '/' || c >= 0xd800 && c <= 0xdfff);
  }

  @Override
  protected Regex spell(CodePoints set) {
    RegexList ways = new RegexList();
    ways.add(Utf8Encoding.utf8(pool(), set.minus(ESCAPED)));
    ByteSet names = ByteSet.NONE;
    for (int i = 0; i < SHORT.length(); i++) {
      if (set.contains(SHORT.charAt(i))) {
        names = names.union(ByteSet.of(SHORT_NAMES.charAt(i)));
      }
    }
    Regex backslash = pool().bytes(ByteSet.of('\\'));
    ways.add(pool().concat(backslash, pool().bytes(names)));
    for (int control = 0; control < 0x20; control++) {
      if (set.contains(control)) {
        ways.add(pool().concat(pool().literal("\\u00" + (control >> 4)), hexDigit(control & 15)));
      }
    }
    return pool().or(ways);
  }

  private Regex hexDigit(int digit) {
    char lower = Character.forDigit(digit, 16);
    return pool().bytes(ByteSet.of(lower).union(ByteSet.of(Character.toUpperCase(lower))));
  }

  /** One character in any way that JSON knows; a pair of surrogate escapes is one. */
  Regex anyCharacter() {
    if (anyCharacter == null) {
      Regex digit = hexDigits("0123456789abcdef");
      Regex three = pool().repeat(digit, 3, 3);
      Regex two = pool().repeat(digit, 2, 2);
      Regex d = hexDigits("d");
      Regex high = pool().concat(d, hexDigits("89ab"), two);
      Regex low = pool().concat(d, hexDigits("cdef"), two);
      Regex plain =
          pool()
              .or(
                  pool().concat(hexDigits("0123456789abcef"), three),
                  pool().concat(d, hexDigits("01234567"), two),
                  pool().concat(high, pool().literal("\\u"), low));
      anyCharacter = pool().or(one(CodePoints.ALL), pool().concat(pool().literal("\\u"), plain));
    }
    return anyCharacter;
  }

  private Regex hexDigits(String digits) {
    ByteSet set = ByteSet.NONE;
    for (char digit : digits.toCharArray()) {
      set = set.union(ByteSet.of(digit)).union(ByteSet.of(Character.toUpperCase(digit)));
    }
    return pool().bytes(set);
  }
}
