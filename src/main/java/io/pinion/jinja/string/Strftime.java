package io.pinion.jinja.string;

import io.pinion.jinja.limit.Budget;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;

/** C's {@code strftime} in the C locale. {@code %-d} omits leading zeros. */
public final class Strftime {
  /** The budget's steps for one field. */
  private static final int STEPS = 20;

  private static final Map<Character, String> PATTERNS =
      Map.ofEntries(
          Map.entry('a', "EEE"),
          Map.entry('A', "EEEE"),
          Map.entry('b', "MMM"),
          Map.entry('B', "MMMM"),
          Map.entry('c', "EEE MMM ppd HH:mm:ss yyyy"),
          Map.entry('d', "dd"),
          Map.entry('D', "MM/dd/yy"),
          Map.entry('e', "ppd"),
          Map.entry('F', "yyyy-MM-dd"),
          Map.entry('f', "SSSSSS"),
          Map.entry('h', "MMM"),
          Map.entry('H', "HH"),
          Map.entry('I', "hh"),
          Map.entry('j', "DDD"),
          Map.entry('m', "MM"),
          Map.entry('M', "mm"),
          Map.entry('p', "a"),
          Map.entry('R', "HH:mm"),
          Map.entry('S', "ss"),
          Map.entry('T', "HH:mm:ss"),
          Map.entry('x', "MM/dd/yy"),
          Map.entry('X', "HH:mm:ss"),
          Map.entry('y', "yy"),
          Map.entry('Y', "yyyy"));

  private Strftime() {}

  public static String format(String format, ZonedDateTime time, Budget budget) {
    TextBuilder out = new TextBuilder(budget);
    int begin = 0;
    int percent = format.indexOf('%');
    while (percent >= 0 && percent + 1 < format.length()) {
      out.append(format.substring(begin, percent));
      budget.steps(STEPS);
      boolean unpadded = format.charAt(percent + 1) == '-' && percent + 2 < format.length();
      int letter = percent + (unpadded ? 2 : 1);
      String text = text(format.charAt(letter), time);
      out.append(unpadded ? withoutZeros(text) : text);
      begin = letter + 1;
      percent = format.indexOf('%', begin);
    }
    return out.append(format.substring(begin)).toString();
  }

  private static String text(char letter, ZonedDateTime time) {
    return switch (letter) {
      case '%' -> "%";
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'z', 'Z' -> "";
      case 's' -> Long.toString(time.toEpochSecond());
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
      default -> {
        String pattern = PATTERNS.get(letter);
        yield pattern == null
            ? "%" + letter
            : DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
      }
    };
  }

  private static String withoutZeros(String number) {
    int begin = 0;
    while (begin < number.length() - 1
        && (number.charAt(begin) == '0' || number.charAt(begin) == ' ')) {
      begin++;
    }
    return number.substring(begin);
  }
}
