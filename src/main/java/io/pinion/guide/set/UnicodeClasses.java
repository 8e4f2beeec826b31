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
  private static final String CATEGORY_NAMES =
      """
      L Letter
      LC Cased_Letter
      Lu Uppercase_Letter
      Ll Lowercase_Letter
      Lt Titlecase_Letter
      Lm Modifier_Letter
      Lo Other_Letter
      M Mark Combining_Mark
      Mn Nonspacing_Mark
      Mc Spacing_Mark
      Me Enclosing_Mark
      N Number
      Nd Decimal_Number digit
      Nl Letter_Number
      No Other_Number
      P Punctuation punct
      Pc Connector_Punctuation
      Pd Dash_Punctuation
      Ps Open_Punctuation
      Pe Close_Punctuation
      Pi Initial_Punctuation
      Pf Final_Punctuation
      Po Other_Punctuation
      S Symbol
      Sm Math_Symbol
      Sc Currency_Symbol
      Sk Modifier_Symbol
      So Other_Symbol
      Z Separator
      Zs Space_Separator
      Zl Line_Separator
      Zp Paragraph_Separator
      C Other
      Cc Control cntrl
      Cf Format
      Co Private_Use
      Cn Unassigned
      """;
  private static final String[][] LONG_NAMES =
      CATEGORY_NAMES.lines().map(line -> line.split(" ")).toArray(String[][]::new);
  private static final Map<String, CodePoints> KNOWN = new ConcurrentHashMap<>();

  /** The most names that are kept: rows may write each in many ways. */
  private static final int MAX_KNOWN = 256;

  private UnicodeClasses() {}

  /**
   * The code points with a named property.
   *
   * @throws UnsupportedGuideException if the name is unknown
   */
  public static CodePoints named(String name) {
    CodePoints known = KNOWN.get(name);
    if (known == null) {
      CodePoints emoji = EmojiClasses.named(name.startsWith("Is") ? name.substring(2) : name);
      known = emoji != null ? emoji : CodePoints.where(member(name));
      if (KNOWN.size() >= MAX_KNOWN) {
        KNOWN.clear();
      }
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
        case "script", "sc" -> script(name, value);
        case "general_category", "gc" -> member(value);
        case "block", "blk" -> block(name, value);
        default -> throw unknown(name);
      };
    }
    if (name.matches("L|M|N|Z|C|P|S|Cn|LC|[LMNZCPS][a-z]")) {
      return category(name);
    }
    IntPredicate property = property(name);
    if (property != null) {
      return property;
    }
    if (name.startsWith("In")) {
      return block(name, name.substring(2));
    }
    boolean prefixed = name.startsWith("Is");
    return prefixed && name.matches("Is(L|M|N|Z|C|P|S|Cn|LC|[LMNZCPS][a-z])")
        ? category(name.substring(2))
        : script(name, prefixed ? name.substring(2) : name);
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
    IntPredicate general = generalCategory(name);
    if (general != null) {
      return general;
    }
    return switch (name) {
      case "Alphabetic", "IsAlphabetic" -> Character::isAlphabetic;
      case "Uppercase", "IsUppercase", "javaUpperCase" -> Character::isUpperCase;
      case "Lowercase", "IsLowercase", "javaLowerCase" -> Character::isLowerCase;
      case "White_Space", "IsWhite_Space", "IsWhiteSpace" ->
          SPACES.union(CodePoints.of(0x85)).minus(CodePoints.of(0xfeff))::contains;
      case "ASCII" -> c -> c < 128;
      case "Any" -> c -> true;
      case "Alpha" -> c -> c < 128 && Character.isLetter(c);
      case "Upper" -> c -> c < 128 && Character.isUpperCase(c);
      case "Lower" -> c -> c < 128 && Character.isLowerCase(c);
      case "Digit" -> DIGITS::contains;
      case "Alnum" -> c -> c < 128 && Character.isLetterOrDigit(c);
      case "Punct" -> c -> c > 32 && c < 127 && !Character.isLetterOrDigit(c);
      case "Graph" -> c -> c > 32 && c < 127;
      case "Print" -> c -> c >= 32 && c < 127;
      case "Blank" -> c -> c == ' ' || c == '\t';
      case "Cntrl" -> c -> c < 32 || c == 127;
      case "Space" -> CodePoints.each(" \t\n\u000b\f\r")::contains;
      case "XDigit", "ASCII_Hex_Digit", "AHex" -> c -> c < 128 && Character.digit(c, 16) >= 0;
      case "IsLetter", "javaLetter" -> Character::isLetter;
      case "IsDigit", "javaDigit" -> Character::isDigit;
      case "javaLetterOrDigit" -> Character::isLetterOrDigit;
      case "Ideographic", "Ideo", "IsIdeographic" -> Character::isIdeographic;
      default -> null;
    };
  }

  /** A general category by its long name or one of the names that ECMAScript has for it. */
  private static IntPredicate generalCategory(String name) {
    for (String[] names : LONG_NAMES) {
      for (int i = 1; i < names.length; i++) {
        if (names[i].equals(name) || name.equals("Is" + names[i])) {
          return category(names[0]);
        }
      }
    }
    return null;
  }

  private static IntPredicate block(String name, String block) {
    try {
      Character.UnicodeBlock found = Character.UnicodeBlock.forName(block);
      return c -> Character.UnicodeBlock.of(c) == found;
    } catch (IllegalArgumentException e) {
      throw unknown(name);
    }
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
