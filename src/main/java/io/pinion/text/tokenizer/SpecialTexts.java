package io.pinion.text.tokenizer;

import io.pinion.text.Vocabulary;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The texts of a vocabulary's control tokens, and where they stand in a text. Immutable. */
public final class SpecialTexts {
  private final Node root = new Node();
  private final List<String> texts = new ArrayList<>();
  private int longest;

  /** A tree of characters; {@code token} is negative where no token's text ends. */
  private static final class Node {
    final Map<Character, Node> next = new HashMap<>();
    int token = -1;
  }

  /**
   * A token's text in another text.
   *
   * @param from the index of its first character
   * @param length in characters
   */
  public record Match(int token, int from, int length) {}

  private SpecialTexts() {}

  /** The texts as they are written. */
  public static SpecialTexts of(Vocabulary vocabulary) {
    return of(vocabulary, UnaryOperator.identity());
  }

  /** The texts after a change, such as to lower case. */
  public static SpecialTexts of(Vocabulary vocabulary, UnaryOperator<String> change) {
    SpecialTexts made = new SpecialTexts();
    for (int token = 0; token < vocabulary.size(); token++) {
      if (vocabulary.special(token)) {
        String text = new String(vocabulary.bytes(token), StandardCharsets.UTF_8);
        made.add(change.apply(text), token);
      }
    }
    return made;
  }

  private void add(String text, int token) {
    if (text.isEmpty()) {
      return;
    }
    Node node = root;
    for (int i = 0; i < text.length(); i++) {
      node = node.next.computeIfAbsent(text.charAt(i), absent -> new Node());
    }
    node.token = token;
    texts.add(text);
    longest = Math.max(longest, text.length());
  }

  /** All texts. */
  public List<String> texts() {
    return texts;
  }

  /** The length of the longest text; 0 if there is none. */
  public int longest() {
    return longest;
  }

  /**
   * The longest token's text that begins at an index; {@code null} if none does.
   *
   * @param excluded indexes of characters that may not be part of it
   */
  public Match at(CharSequence text, int from, BitSet excluded) {
    Match found = null;
    Node node = root;
    for (int at = from; at < text.length() && !excluded.get(at); at++) {
      node = node.next.get(text.charAt(at));
      if (node == null) {
        break;
      }
      if (node.token >= 0) {
        found = new Match(node.token, from, at + 1 - from);
      }
    }
    return found;
  }

  /** The longest token's text at each index where one begins, in their order. */
  public Stream<Match> matches(CharSequence text) {
    BitSet none = new BitSet();
    return IntStream.range(0, text.length())
        .mapToObj(from -> at(text, from, none))
        .filter(Objects::nonNull);
  }

  /** Whether a text, from an index to its end, is the beginning of a token's text. */
  public boolean beginsAt(CharSequence text, int from) {
    Node node = root;
    for (int at = from; at < text.length() && node != null; at++) {
      node = node.next.get(text.charAt(at));
    }
    return node != null;
  }
}
