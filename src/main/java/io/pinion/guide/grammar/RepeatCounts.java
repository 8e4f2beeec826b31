package io.pinion.guide.grammar;

import io.pinion.guide.regex.Regex;

/**
 * Reads how often something may come: {@code ~2}, {@code ~2..4}, {@code {2}}, {@code {2,}} and
 * {@code {2,4}}.
 */
final class RepeatCounts {
  private RepeatCounts() {}

  static boolean follow(GrammarScanner scanner) {
    int before = scanner.position();
    scanner.take("{");
    scanner.skip(false);
    int next = scanner.peek();
    scanner.position(before);
    return next >= '0' && next <= '9' || next == ',';
  }

  /** The counts that come next, or null. */
  static int[] read(GrammarScanner scanner) {
    int before = scanner.position();
    scanner.skip(false);
    if (scanner.take("~")) {
      return tilde(scanner);
    }
    if (scanner.take("{")) {
      return braces(scanner);
    }
    scanner.position(before);
    return null;
  }

  private static int[] tilde(GrammarScanner scanner) {
    scanner.skip(false);
    int least = scanner.number();
    return ordered(scanner, least, scanner.take("..") ? scanner.number() : least);
  }

  private static int[] braces(GrammarScanner scanner) {
    scanner.skip(false);
    int least = scanner.peek() == ',' ? 0 : scanner.number();
    int most = least;
    scanner.skip(false);
    if (scanner.take(",")) {
      scanner.skip(false);
      most = scanner.peek() == '}' ? Regex.UNBOUNDED : scanner.number();
      scanner.skip(false);
    }
    if (!scanner.take("}")) {
      throw scanner.fault("lacks a }");
    }
    return ordered(scanner, least, most);
  }

  private static int[] ordered(GrammarScanner scanner, int least, int most) {
    if (least > most) {
      throw scanner.fault("repeats at least " + least + " and at most " + most + " times");
    }
    return new int[] {least, most};
  }
}
