package io.pinion.guide.grammar;

import io.pinion.guide.regex.Regex;
import io.pinion.guide.set.CodePoints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a grammar in GBNF, the notation of llama.cpp. */
public final class GbnfReader {
  private static final String COMMENT = "#";

  private final GrammarScanner scanner;
  private final Map<String, GrammarTree> rules = new LinkedHashMap<>();
  private int open;

  private GbnfReader(String text) {
    this.scanner = new GrammarScanner(text);
  }

  public static Grammar read(String text) {
    GbnfReader reader = new GbnfReader(text);
    reader.definitions();
    return new Grammar("root", reader.rules, Map.of(), List.of());
  }

  private void definitions() {
    scanner.skip(true, COMMENT);
    while (!scanner.atEnd()) {
      String name = scanner.name("-");
      scanner.skip(false, COMMENT);
      if (name.isEmpty() || !scanner.take("::=")) {
        throw scanner.fault("lacks a name and ::=");
      }
      scanner.skip(true, COMMENT);
      if (rules.putIfAbsent(name, choice()) != null) {
        throw scanner.fault("defines " + name + " twice");
      }
      scanner.skip(true, COMMENT);
    }
  }

  private GrammarTree choice() {
    scanner.enter();
    List<GrammarTree> parts = new ArrayList<>();
    do {
      parts.add(sequence());
    } while (nextAlternative());
    scanner.leave();
    return parts.size() == 1 ? parts.get(0) : new GrammarTree.Choice(parts);
  }

  private boolean nextAlternative() {
    int before = scanner.position();
    scanner.skip(true, COMMENT);
    if (scanner.take("|")) {
      scanner.skip(true, COMMENT);
      return true;
    }
    scanner.position(before);
    return false;
  }

  private GrammarTree sequence() {
    List<GrammarTree> parts = new ArrayList<>();
    scanner.skip(open > 0, COMMENT);
    while (!scanner.atEnd() && "|)\n\r".indexOf(scanner.peek()) < 0) {
      parts.add(repeated(atom()));
      scanner.skip(open > 0, COMMENT);
    }
    return parts.size() == 1 ? parts.get(0) : new GrammarTree.Sequence(parts);
  }

  private GrammarTree atom() {
    if (scanner.take("(")) {
      open++;
      GrammarTree inner = choice();
      scanner.skip(true, COMMENT);
      open--;
      if (!scanner.take(")")) {
        throw scanner.fault("lacks a )");
      }
      return inner;
    } else if (scanner.take("\"")) {
      return new GrammarTree.Text(scanner.unescape(scanner.until('"')), false);
    } else if (scanner.take("[")) {
      return new GrammarTree.Expression("[" + scanner.until(']') + "]", "");
    } else if (scanner.take(".")) {
      return new GrammarTree.Chars(CodePoints.ALL);
    }
    String name = scanner.name("-");
    if (name.isEmpty()) {
      throw scanner.fault("cannot go on with " + (char) scanner.peek());
    }
    return new GrammarTree.Reference(name);
  }

  private GrammarTree repeated(GrammarTree atom) {
    GrammarTree made = atom;
    while (true) {
      if (scanner.take("?")) {
        made = new GrammarTree.Repeated(made, 0, 1);
      } else if (scanner.take("*")) {
        made = new GrammarTree.Repeated(made, 0, Regex.UNBOUNDED);
      } else if (scanner.take("+")) {
        made = new GrammarTree.Repeated(made, 1, Regex.UNBOUNDED);
      } else if (scanner.peek() == '{') {
        int[] counts = LarkCounts.read(scanner);
        made = new GrammarTree.Repeated(made, counts[0], counts[1]);
      } else {
        return made;
      }
    }
  }
}
