package io.pinion.text.template;

import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.SpecialTexts;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Marks characters of texts from columns, so that they are known again in a rendered prompt: each
 * is preceded by a character that no text uses. Whatever a template does with the text, a mark
 * stays with its character. Only what could be part of a control token is marked, so that a
 * template sees nearly the text that it would see otherwise. Immutable.
 */
final class ColumnMarks {
  /** A noncharacter of Unicode. */
  private static final char MARK = '\uFDD1';

  private final SpecialTexts texts;
  private final Set<Character> ends = new HashSet<>();

  ColumnMarks(Vocabulary vocabulary) {
    // Templates may change the case of a text.
    texts = SpecialTexts.of(vocabulary, text -> text.toLowerCase(Locale.ROOT));
    for (String text : texts.texts()) {
      ends.add(text.charAt(0));
      ends.add(text.charAt(text.length() - 1));
    }
  }

  /** How much of a text is marked, most first. */
  enum Extent {
    /** Every character that control tokens begin or end with; texts that are a part of one. */
    ENDS,
    /** Only control tokens, and what could be part of one together with the text beside it. */
    EDGES,
    /** Only control tokens. */
    TOKENS
  }

  /** A text without marks, and the indexes of the characters that had one. */
  record Unmarked(String text, BitSet marked) {}

  /** Whether a text could bring a control token, or a part of one, into a prompt. */
  boolean concern(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (ends.contains(Character.toLowerCase(text.charAt(i)))) {
        return true;
      }
    }
    return isInside(lower(text).strip());
  }

  /** Whether a text is part of a control token's. */
  private boolean isInside(String text) {
    return !text.isEmpty()
        && text.length() <= texts.longest()
        && texts.texts().stream().anyMatch(special -> special.contains(text));
  }

  /** A text with marks. */
  String mark(String text, Extent extent) {
    String lower = lower(text);
    BitSet marked = tokens(lower);
    if (extent != Extent.TOKENS) {
      edges(lower, marked);
    }
    if (extent == Extent.ENDS) {
      for (int i = 0; i < lower.length(); i++) {
        marked.set(i, marked.get(i) || ends.contains(lower.charAt(i)));
      }
    }
    return mark(text, marked);
  }

  private static String mark(String text, BitSet marked) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at);
      int length = Character.charCount(point);
      // White space stays bare, for templates that strip it.
      boolean inside = !Character.isWhitespace(point) && !marked.get(at, at + length).isEmpty();
      if (point == MARK || inside) {
        out.append(MARK);
      }
      out.appendCodePoint(point);
      at += length;
    }
    return out.toString();
  }

  private BitSet tokens(String text) {
    BitSet marked = new BitSet();
    texts.matches(text).forEach(found -> marked.set(found.from(), found.from() + found.length()));
    return marked;
  }

  /** Marks the beginning of a text that ends a control token, and the end that begins one. */
  private void edges(String text, BitSet marked) {
    for (int end = Math.min(texts.longest(), text.length()); end > 0; end--) {
      String start = text.substring(0, end);
      if (texts.texts().stream().anyMatch(special -> special.endsWith(start))) {
        marked.set(0, end);
        break;
      }
    }
    for (int i = Math.max(0, text.length() - texts.longest()); i < text.length(); i++) {
      if (texts.beginsAt(text, i)) {
        marked.set(i, text.length());
        break;
      }
    }
    if (isInside(text.strip())) {
      marked.set(0, text.length());
    }
  }

  /** The text in lower case, character by character, so that indexes stay. */
  private static String lower(String text) {
    char[] characters = text.toCharArray();
    for (int i = 0; i < characters.length; i++) {
      characters[i] = Character.toLowerCase(characters[i]);
    }
    return new String(characters);
  }

  /** Takes the marks off a rendered text. */
  static Unmarked unmark(String text) {
    StringBuilder out = new StringBuilder();
    BitSet marked = new BitSet();
    for (int at = 0; at < text.length(); ) {
      boolean mark = text.charAt(at) == MARK && at + 1 < text.length();
      at += mark ? 1 : 0;
      int point = text.codePointAt(at);
      int from = out.length();
      out.appendCodePoint(point);
      marked.set(from, out.length(), mark);
      at += Character.charCount(point);
    }
    return new Unmarked(out.toString(), marked);
  }
}
