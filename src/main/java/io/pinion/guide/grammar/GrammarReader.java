package io.pinion.guide.grammar;

import io.pinion.guide.regex.Regex;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the notations of grammars have in common: choices, groups, repeats, comments. */
abstract sealed class GrammarReader permits GbnfReader, LarkReader {
  final GrammarScanner scanner;
  final Map<String, GrammarTree> rules = new LinkedHashMap<>();
  private final String[] comments;
  private int open;

  GrammarReader(String text, String... comments) {
    this.scanner = new GrammarScanner(text);
    this.comments = comments;
  }

  /** Passes spaces and comments; line breaks too inside a group. */
  final void space() {
    scanner.skip(open > 0, comments);
  }

  /** Passes spaces, comments and line breaks. */
  final void lines() {
    scanner.skip(true, comments);
  }

  GrammarTree choice() {
    scanner.enter();
    List<GrammarTree> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (nextAlternative());
    scanner.leave();
    return parts.size() == 1 ? parts.get(0) : new GrammarTree.Choice(parts);
  }

  /** Alternatives may begin on lines of their own. */
  private boolean nextAlternative() {
    int before = scanner.position();
    lines();
    if (scanner.take("|")) {
      return true;
    }
    scanner.position(before);
    return false;
  }

  abstract GrammarTree sequence();

  static GrammarTree sequence(List<GrammarTree> parts) {
    return parts.size() == 1 ? parts.get(0) : new GrammarTree.Sequence(parts);
  }

  /** The choice in brackets, the first of which is passed already. */
  final GrammarTree group(String end) {
    open++;
    GrammarTree inner = choice();
    space();
    open--;
    if (!scanner.take(end)) {
      throw scanner.fault("lacks a " + end);
    }
    return inner;
  }

  final GrammarTree repeated(GrammarTree atom) {
    GrammarTree made = atom;
    for (int[] counts = repeat(); counts != null; counts = repeat()) {
      made = new GrammarTree.Repeated(made, counts[0], counts[1]);
    }
    return made;
  }

  private int[] repeat() {
    if (scanner.take("?")) {
      return new int[] {0, 1};
    } else if (scanner.take("*")) {
      return new int[] {0, Regex.UNBOUNDED};
    } else if (scanner.take("+")) {
      return new int[] {1, Regex.UNBOUNDED};
    }
    return counts();
  }

  /** The least and most times that are written out next; {@code null} where none are. */
  abstract int[] counts();
}
