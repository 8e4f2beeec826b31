package io.pinion.guide.set;

import io.pinion.guide.error.UnsupportedGuideException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * The character classes that patterns can name: {@code \d}, {@code \w}, {@code \s}, {@code \p{..}}.
 */
public final class UnicodeClasses {
  public static final CodePoints DIGITS = CodePoints.range('0', '9');
  public static final CodePoints WORDS =
      DIGITS
          .union(CodePoints.range('a', 'z'))
          .union(CodePoints.range('A', 'Z'))
          .union(CodePoints.of('_'));
  public static final CodePoints SPACES =
      CodePoints.each("\t\n\u000b\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff")
          .union(CodePoints.range(0x2000, 0x200a));
  public static final CodePoints LINE_BREAKS = CodePoints.each("\n\r\u2028\u2029");

  private static final String CATEGORIES =
      "Lu Ll Lt Lm Lo Mn Me Mc Nd Nl No Zs Zl Zp Cc Cf - Co Cs Pd Ps Pe Pc Po Sm Sc Sk So Pi Pf";
  private static final String[] BY_TYPE = CATEGORIES.split(" ");
  private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

  private UnicodeClasses() {}

  /**
   * The code points with a named property.
   *
   * @throws UnsupportedGuideException if the name is unknown
   */
  public static CodePoints named(String name) {
    CodePoints known = KNOWN.get(name);
    if (known == null) {
      known = CodePoints.where(member(name));
      KNOWN.put(name, known);
    }
    return known;
  }

  private static IntPredicate member(String name) {
    int equals = name.indexOf('=');
    if (equals > 0) {
      String key = name.substring(0, equals).toLowerCase(Locale.ROOT);
      String value = name.substring(equals + 1);
      return switch (key) {
        case "script", "sc", "scx", "script_extensions" -> script(name, value);
        case "general_category", "gc" -> member(value);
        default -> throw unknown(name);
      };
    }
    if (name.matches("L|M|N|Z|C|P|S|Cn|LC|[LMNZCPS][a-z]")) {
      return category(name);
    }
    IntPredicate property = property(name);
    return property != null
        ? property
        : script(name, name.startsWith("Is") ? name.substring(2) : name);
  }

  private static IntPredicate category(String name) {
    if (name.equals("LC")) {
      return c -> categoryOf(c).matches("L[ult]");
    }
    return name.length() == 1
        ? c -> categoryOf(c).startsWith(name)
        : c -> categoryOf(c).equals(name);
  }

  private static String categoryOf(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.UNASSIGNED) {
      return "Cn";
    }
    return BY_TYPE[type - 1];
  }

  private static IntPredicate property(String name) {
    return switch (name) {
      case "Letter" -> category("L");
      case "Mark" -> category("M");
      case "Number" -> category("N");
      case "Separator" -> category("Z");
      case "Punctuation", "IsPunctuation" -> category("P");
      case "Symbol" -> category("S");
      case "Other" -> category("C");
      case "Uppercase_Letter" -> category("Lu");
      case "Lowercase_Letter" -> category("Ll");
      case "Decimal_Number" -> category("Nd");
      case "Alphabetic", "Alpha", "IsAlphabetic" -> asciiOr(name, Character::isAlphabetic, "Alpha");
      case "Uppercase", "Upper", "IsUppercase" -> asciiOr(name, Character::isUpperCase, "Upper");
      case "Lowercase", "Lower", "IsLowercase" -> asciiOr(name, Character::isLowerCase, "Lower");
      case "White_Space", "IsWhite_Space" ->
          SPACES.union(CodePoints.of(0x85)).minus(CodePoints.of(0xfeff))::contains;
      case "ASCII" -> c -> c < 128;
      case "Any" -> c -> true;
      case "Digit" -> DIGITS::contains;
      case "Alnum" -> c -> c < 128 && Character.isLetterOrDigit(c);
      case "Punct" -> c -> c > 32 && c < 127 && !Character.isLetterOrDigit(c);
      case "Space" -> CodePoints.each(" \t\n\u000b\f\r")::contains;
      case "XDigit" -> c -> c < 128 && Character.digit(c, 16) >= 0;
      case "IsLetter" -> Character::isLetter;
      case "IsDigit" -> Character::isDigit;
      case "Ideographic", "IsIdeographic" -> Character::isIdeographic;
      default -> null;
    };
  }

  private static IntPredicate asciiOr(String name, IntPredicate member, String ascii) {
    return name.equals(ascii) ? c -> c < 128 && member.test(c) : member;
  }

  private static IntPredicate script(String name, String script) {
    try {
      Character.UnicodeScript found = Character.UnicodeScript.forName(script);
      return c -> Character.UnicodeScript.of(c) == found;
    } catch (IllegalArgumentException e) {
      throw unknown(name);
    }
  }

  private static UnsupportedGuideException unknown(String name) {
    return new UnsupportedGuideException("the character property " + name + " is unknown");
  }
}
