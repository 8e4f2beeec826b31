package io.pinion.guide.grammar;

import io.pinion.guide.error.UnsupportedGuideException;
import io.pinion.guide.set.CodePoints;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Reads a grammar in Lark's notation. Priorities are read and have no effect, since they choose
 * among readings of a text and never change which texts there are.
 */
public final class LarkReader extends GrammarReader {
  private final Map<String, GrammarTree> terminals = new LinkedHashMap<>();
  private final List<GrammarTree> ignored = new ArrayList<>();

  private LarkReader(String text) {
    super(text, "//", "#");
  }

  public static Grammar read(String text) {
    LarkReader reader = new LarkReader(text);
    reader.statements();
    return new Grammar("start", reader.rules, reader.terminals, reader.ignored);
  }

  private void statements() {
    lines();
    while (!scanner.atEnd()) {
      if (scanner.take("%")) {
        directive();
      } else {
        definition();
      }
      lines();
    }
  }

  private void directive() {
    String name = scanner.name("");
    space();
    switch (name) {
      case "ignore" -> ignored.add(choice());
      case "import" -> imported();
      default ->
          throw new UnsupportedGuideException(
              "the grammar directive %" + name + " is not supported");
    }
  }

  private void imported() {
    String path = scanner.name(".");
    space();
    if (path.equals("common") && scanner.take("(")) {
      do {
        space();
        common(scanner.name(""), null);
        space();
      } while (scanner.take(","));
      if (!scanner.take(")")) {
        throw scanner.fault("has an import without )");
      }
      return;
    }
    if (!path.startsWith("common.")) {
      throw new UnsupportedGuideException("the grammar imports " + path + "; only common is known");
    }
    String alias = null;
    if (scanner.take("->")) {
      space();
      alias = scanner.name("");
    }
    common(path.substring("common.".length()), alias);
  }

  private void common(String name, String alias) {
    String pattern = LarkCommon.pattern(name);
    if (pattern == null) {
      throw new UnsupportedGuideException("the grammar imports the unknown common." + name);
    }
    terminals.put(alias == null ? name : alias, new GrammarTree.Expression(pattern, ""));
  }

  private void definition() {
    while (scanner.take("?") || scanner.take("!")) {
      space();
    }
    String name = scanner.name("");
    if (name.isEmpty()) {
      throw scanner.fault("lacks a name");
    }
    if (scanner.take(".")) {
      scanner.take("-");
      scanner.number();
    }
    if (scanner.peek() == '{') {
      throw new UnsupportedGuideException("templates of grammar rules are not supported");
    }
    space();
    if (!scanner.take(":")) {
      throw scanner.fault("lacks a : after " + name);
    }
    Map<String, GrammarTree> kind = terminal(name) ? terminals : rules;
    if (kind.putIfAbsent(name, choice()) != null) {
      throw scanner.fault("defines " + name + " twice");
    }
  }

  static boolean terminal(String name) {
    String bare = name.startsWith("_") ? name.substring(1) : name;
    return !bare.isEmpty() && bare.equals(bare.toUpperCase(Locale.ROOT));
  }

  @Override
  GrammarTree choice() {
    space();
    scanner.take("|");
    return super.choice();
  }

  @Override
  GrammarTree sequence() {
    List<GrammarTree> parts = new ArrayList<>();
    space();
    while (!scanner.atEnd() && "|)]\n\r".indexOf(scanner.peek()) < 0) {
      if (scanner.take("->")) {
        space();
        scanner.name("");
      } else {
        parts.add(repeated(atom()));
      }
      space();
    }
    return sequence(parts);
  }

  private GrammarTree atom() {
    if (scanner.take("(")) {
      return group(")");
    } else if (scanner.take("[")) {
      return new GrammarTree.Repeated(group("]"), 0, 1);
    } else if (scanner.take("\"")) {
      return text();
    } else if (scanner.take("/")) {
      return expression();
    }
    String name = scanner.name("");
    if (name.isEmpty()) {
      throw scanner.fault("cannot go on with " + (char) scanner.peek());
    }
    if (scanner.peek() == '{' && !RepeatCounts.follow(scanner)) {
      throw new UnsupportedGuideException("templates of grammar rules are not supported");
    }
    return new GrammarTree.Reference(name);
  }

  private GrammarTree text() {
    String text = scanner.unescape(scanner.until('"'));
    if (scanner.take("..")) {
      if (!scanner.take("\"")) {
        throw scanner.fault("has a range without end");
      }
      String last = scanner.unescape(scanner.until('"'));
      if (text.codePoints().count() != 1 || last.codePoints().count() != 1) {
        throw scanner.fault("has a range between texts of more than one character");
      }
      int from = text.codePointAt(0);
      int to = last.codePointAt(0);
      if (from > to) {
        throw scanner.fault("has a range whose end is before its start");
      }
      return new GrammarTree.Chars(CodePoints.range(from, to));
    }
    return new GrammarTree.Text(text, scanner.take("i"));
  }

  private GrammarTree expression() {
    String pattern = scanner.until('/').replace("\\/", "/");
    StringBuilder flags = new StringBuilder();
    while (!scanner.atEnd() && "imslux".indexOf(scanner.peek()) >= 0) {
      flags.append(scanner.next());
    }
    return new GrammarTree.Expression(pattern, flags.toString());
  }

  @Override
  int[] counts() {
    return RepeatCounts.read(scanner);
  }
}
