package io.pinion.guide.grammar;

import io.pinion.guide.json.RandomValues;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A small random grammar and its slow parser: for each rule and place the places at which it may
 * end, until nothing changes. Terminals are matched by {@link java.util.regex}, whose lookaheads
 * see the whole text.
 */
final class NaiveGrammar {
  private static final List<String> TERMINALS =
      List.of(
          "a",
          "b+",
          "[ab]",
          "ab|c",
          "[^a]",
          "(?:ab)*",
          "a(?=b)",
          "b(?!c)",
          "(?!ab)[a-c]+",
          "(?=a)[a-c]{1,2}",
          "c\\b",
          "(?:(?!b)[a-c])*b",
          "[a-c](?!$)",
          "a(?=.)");
  private static final List<String> LITERALS = List.of("a", "b", "c", "ab", "-");

  /** A right side. */
  private sealed interface Node {
    record Literal(String text) implements Node {}

    record Terminal(int number) implements Node {}

    record Rule(int number) implements Node {}

    record Sequence(List<Node> parts) implements Node {}

    record Choice(List<Node> parts) implements Node {}

    record Repeated(Node inner, int least, int most, String mark) implements Node {}
  }

  private final List<Node> rules;
  private final List<String> terminals;
  private final Map<String, BitSet> ends = new LinkedHashMap<>();
  private boolean changed;
  private String text;

  private NaiveGrammar(List<Node> rules, List<String> terminals) {
    this.rules = rules;
    this.terminals = terminals;
  }

  static NaiveGrammar random(RandomValues values) {
    List<String> terminals = List.of(values.pick(TERMINALS), values.pick(TERMINALS));
    return new NaiveGrammar(List.of(node(values, 3), node(values, 2), node(values, 2)), terminals);
  }

  static String text(RandomValues values) {
    StringBuilder made = new StringBuilder();
    for (int left = values.random.nextInt(7); left > 0; left--) {
      made.append("abc-".charAt(values.random.nextInt(4)));
    }
    return made.toString();
  }

  private static Node node(RandomValues values, int depth) {
    int kind = values.random.nextInt(depth > 0 ? 8 : 4);
    return switch (kind) {
      case 0 -> new Node.Literal(values.pick(LITERALS));
      case 1, 2 -> new Node.Terminal(values.random.nextInt(2));
      case 3 -> new Node.Rule(values.random.nextInt(3));
      case 4, 5 -> new Node.Sequence(List.of(node(values, depth - 1), node(values, depth - 1)));
      case 6 -> new Node.Choice(List.of(node(values, depth - 1), node(values, depth - 1)));
      default ->
          switch (values.random.nextInt(4)) {
            case 0 -> new Node.Repeated(node(values, depth - 1), 0, 1, "?");
            case 1 -> new Node.Repeated(node(values, depth - 1), 0, 99, "*");
            case 2 -> new Node.Repeated(node(values, depth - 1), 1, 99, "+");
            default -> new Node.Repeated(node(values, depth - 1), 1, 2, "~1..2");
          };
    };
  }

  /** The grammar as it is written for Lark. */
  String lark() {
    StringBuilder made = new StringBuilder();
    for (int i = 0; i < rules.size(); i++) {
      made.append(i == 0 ? "start" : "r" + i).append(": ").append(lark(rules.get(i))).append('\n');
    }
    for (int i = 0; i < terminals.size(); i++) {
      made.append("T").append(i).append(": /").append(terminals.get(i)).append("/\n");
    }
    return made.toString();
  }

  private static String lark(Node node) {
    if (node instanceof Node.Literal literal) {
      return '"' + literal.text + '"';
    } else if (node instanceof Node.Terminal terminal) {
      return "T" + terminal.number;
    } else if (node instanceof Node.Rule rule) {
      return rule.number == 0 ? "start" : "r" + rule.number;
    } else if (node instanceof Node.Sequence sequence) {
      return "(" + lark(sequence.parts.get(0)) + " " + lark(sequence.parts.get(1)) + ")";
    } else if (node instanceof Node.Choice choice) {
      return "(" + lark(choice.parts.get(0)) + " | " + lark(choice.parts.get(1)) + ")";
    }
    Node.Repeated repeated = (Node.Repeated) node;
    return "(" + lark(repeated.inner) + ")" + repeated.mark;
  }

  /** Whether some terminal may look past its end. */
  boolean looksAhead() {
    return terminals.stream().anyMatch(one -> one.contains("(?=") || one.contains("(?!"))
        || terminals.stream().anyMatch(one -> one.contains("\\b"));
  }

  boolean derives(String whole) {
    text = whole;
    ends.clear();
    do {
      changed = false;
      for (int rule = 0; rule < rules.size(); rule++) {
        for (int at = 0; at <= text.length(); at++) {
          BitSet known = ends.computeIfAbsent(rule + "@" + at, key -> new BitSet());
          int before = known.cardinality();
          known.or(ends(rules.get(rule), at));
          changed |= known.cardinality() != before;
        }
      }
    } while (changed);
    return ends.get("0@0").get(text.length());
  }

  private BitSet ends(Node node, int at) {
    BitSet found = new BitSet();
    if (node instanceof Node.Literal literal) {
      found.set(at + literal.text.length(), text.startsWith(literal.text, at));
    } else if (node instanceof Node.Terminal terminal) {
      Matcher matcher =
          Pattern.compile(terminals.get(terminal.number))
              .matcher(text)
              .useTransparentBounds(true)
              .useAnchoringBounds(false);
      for (int end = at; end <= text.length(); end++) {
        found.set(end, matcher.region(at, end).matches());
      }
    } else if (node instanceof Node.Rule rule) {
      found.or(ends.getOrDefault(rule.number + "@" + at, new BitSet()));
    } else if (node instanceof Node.Choice choice) {
      choice.parts.forEach(part -> found.or(ends(part, at)));
    } else if (node instanceof Node.Sequence sequence) {
      ends(sequence.parts.get(0), at).stream()
          .forEach(middle -> found.or(ends(sequence.parts.get(1), middle)));
    } else if (node instanceof Node.Repeated repeated) {
      rounds(repeated, at, found);
    }
    return found;
  }

  private void rounds(Node.Repeated repeated, int at, BitSet into) {
    BitSet here = new BitSet();
    here.set(at);
    for (int round = 0; round <= Math.min(repeated.most, text.length() + 1); round++) {
      if (round >= repeated.least) {
        into.or(here);
      }
      BitSet next = new BitSet();
      here.stream().forEach(place -> next.or(ends(repeated.inner, place)));
      here = next;
    }
  }
}
