package io.pinion.jinja.string;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.EvaluationException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;

/** Python's {@code strip}, {@code split}, {@code splitlines} and {@code replace}. */
public final class Cutting {
  private Cutting() {}

  /**
   * Strips the given characters from the start, the end or both; whitespace if {@code characters}
   * is null.
   */
  public static String stripped(
      String text, String characters, boolean begin, boolean end, Budget budget) {
    if (characters == null) {
      return stripped(text, Characters::isSpace, begin, end);
    }
    budget.each(characters);
    BitSet set = new BitSet();
    characters.codePoints().forEach(set::set);
    return stripped(text, set::get, begin, end);
  }

  /** Strips whitespace from both ends. */
  public static String stripped(String text) {
    return stripped(text, Characters::isSpace, true, true);
  }

  private static String stripped(String text, IntPredicate isStripped, boolean begin, boolean end) {
    int from = 0;
    int to = text.length();
    while (begin && from < to && isStripped.test(text.codePointAt(from))) {
      from += Character.charCount(text.codePointAt(from));
    }
    while (end && to > from && isStripped.test(text.codePointBefore(to))) {
      to -= Character.charCount(text.codePointBefore(to));
    }
    return text.substring(from, to);
  }

  /** The lines, without an empty last line. */
  public static List<String> lines(String text, boolean keepEnds) {
    List<String> lines = new ArrayList<>();
    int begin = 0;
    while (begin < text.length()) {
      int end = begin;
      while (end < text.length() && !Characters.isLineEnd(text.charAt(end))) {
        end++;
      }
      int next = Math.min(text.length(), end + (text.startsWith("\r\n", end) ? 2 : 1));
      lines.add(text.substring(begin, keepEnds ? next : end));
      begin = next;
    }
    return lines;
  }

  /**
   * Splits a string at a separator.
   *
   * @param most the maximum number of splits, counted from the start; -1 for all
   */
  public static List<String> split(String text, String separator, int most, Budget budget) {
    requireSeparator(separator);
    SubstringSearch search = SubstringSearch.fromBegin(separator, budget);
    List<String> parts = new ArrayList<>();
    int begin = 0;
    int at = search.find(text);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(begin, at));
      begin = at + separator.length();
      at = search.find(text, begin);
    }
    parts.add(text.substring(begin));
    return parts;
  }

  /** As {@link #split}, with the splits counted from the end. */
  public static List<String> splitFromEnd(String text, String separator, int most, Budget budget) {
    requireSeparator(separator);
    SubstringSearch search = SubstringSearch.fromEnd(separator, budget);
    List<String> parts = new ArrayList<>();
    int end = text.length();
    int at = search.find(text);
    while (at >= 0 && (most < 0 || parts.size() < most)) {
      parts.add(text.substring(at + separator.length(), end));
      end = at;
      at = search.find(text, end);
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  private static void requireSeparator(String separator) {
    if (separator.isEmpty()) {
      throw new EvaluationException("empty separator");
    }
  }

  /** Splits at runs of whitespace, at most {@code most} times; -1 for all. */
  public static List<String> words(String text, int most) {
    List<String> words = new ArrayList<>();
    int begin = afterSpace(text, 0);
    while (begin < text.length()) {
      if (most >= 0 && words.size() == most) {
        words.add(text.substring(begin));
        break;
      }
      int end = begin;
      while (end < text.length() && !Characters.isSpace(text.charAt(end))) {
        end++;
      }
      words.add(text.substring(begin, end));
      begin = afterSpace(text, end);
    }
    return words;
  }

  private static int afterSpace(String text, int from) {
    int at = from;
    while (at < text.length() && Characters.isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** As {@link #words}, with the splits counted from the end. */
  public static List<String> wordsFromEnd(String text, int most) {
    List<String> words = new ArrayList<>();
    int end = beforeSpace(text, text.length());
    while (end > 0) {
      if (most >= 0 && words.size() == most) {
        words.add(text.substring(0, end));
        break;
      }
      int begin = end;
      while (begin > 0 && !Characters.isSpace(text.charAt(begin - 1))) {
        begin--;
      }
      words.add(text.substring(begin, end));
      end = beforeSpace(text, begin);
    }
    Collections.reverse(words);
    return words;
  }

  private static int beforeSpace(String text, int from) {
    int at = from;
    while (at > 0 && Characters.isSpace(text.charAt(at - 1))) {
      at--;
    }
    return at;
  }

  /** Replaces the first {@code count} occurrences; all for -1. */
  public static String replaced(String text, String old, String by, int count, Budget budget) {
    SubstringSearch search = SubstringSearch.fromBegin(old, budget);
    TextBuilder out = new TextBuilder(budget);
    int begin = 0;
    int at = search.find(text);
    for (int done = 0; at >= 0 && (count < 0 || done < count); done++) {
      budget.steps(1);
      out.append(text.substring(begin, at)).append(by);
      begin = at;
      if (old.isEmpty()) {
        if (at == text.length()) {
          break;
        }
        at += Character.charCount(text.codePointAt(at));
      } else {
        begin = at + old.length();
        at = search.find(text, begin);
      }
    }
    return out.append(text.substring(begin)).toString();
  }
}
