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
      return characters();
    } else if (scanner.take(".")) {
      return new GrammarTree.Chars(CodePoints.ALL);
    }
    String name = scanner.name("-");
    if (name.isEmpty()) {
      throw scanner.fault("cannot go on with " + (char) scanner.peek());
    }
    return new GrammarTree.Reference(name);
  }

  /** A class after its bracket: characters and ranges of them, with llama.cpp's escapes. */
  private GrammarTree characters() {
    boolean negated = scanner.take("^");
    CodePoints.Builder found = new CodePoints.Builder();
    boolean any = false;
    while (!scanner.take("]")) {
      int from = character();
      int to = from;
      if (scanner.peek() == '-' && !scanner.startsWith("-]")) {
        scanner.next();
        to = character();
      }
      if (from > to) {
        throw scanner.fault("has a range whose end is before its start");
      }
      found.add(from, to);
      any = true;
    }
    if (!any) {
      throw scanner.fault("has a class without characters");
    }
    CodePoints set = found.build();
    return new GrammarTree.Chars(negated ? set.complement() : set);
  }

  private int character() {
    char first = scanner.next();
    if (first != '\\') {
      boolean pair = Character.isHighSurrogate(first) && !scanner.atEnd();
      return pair ? Character.toCodePoint(first, scanner.next()) : first;
    }
    char escaped = scanner.next();
    int digits = escaped == 'x' ? 2 : escaped == 'u' ? 4 : escaped == 'U' ? 8 : 0;
    if (digits > 0) {
      return scanner.hex(digits);
    }
    int known = "trn\\\"[]-^".indexOf(escaped);
    if (known < 0) {
      throw scanner.fault("has the unknown escape \\" + escaped + " in a class");
    }
    return "\t\r\n\\\"[]-^".charAt(known);
  }

  @Override
  int[] counts() {
    return scanner.peek() == '{' ? RepeatCounts.read(scanner) : null;
  }
}
