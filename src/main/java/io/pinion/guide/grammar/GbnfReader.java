package io.pinion.guide.grammar;

import io.pinion.guide.set.CodePoints;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads a grammar in GBNF, the notation of llama.cpp. */
public final class GbnfReader extends GrammarReader {
  private GbnfReader(String text) {
    super(text, "#");
  }

  public static Grammar read(String text) {
    GbnfReader reader = new GbnfReader(text);
    reader.definitions();
    return new Grammar("root", reader.rules, Map.of(), List.of());
  }

  private void definitions() {
    lines();
    while (!scanner.atEnd()) {
      String name = scanner.name("-");
      space();
      if (name.isEmpty() || !scanner.take("::=")) {
        throw scanner.fault("lacks a name and ::=");
      }
      lines();
      if (rules.putIfAbsent(name, choice()) != null) {
        throw scanner.fault("defines " + name + " twice");
      }
      lines();
    }
  }

  @Override
  GrammarTree sequence() {
    List<GrammarTree> parts = new ArrayList<>();
    lines();
    while (!scanner.atEnd() && "|)\n\r".indexOf(scanner.peek()) < 0) {
      parts.add(repeated(atom()));
      space();
    }
    return sequence(parts);
  }

  private GrammarTree atom() {
    if (scanner.take("(")) {
      return group(")");
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

  @Override
  int[] counts() {
    return scanner.peek() == '{' ? RepeatCounts.read(scanner) : null;
  }
}
