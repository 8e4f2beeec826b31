package io.pinion.text.tokenizer;

/**
 * Recognizes regular expressions that can take more than linear time for a text. The native
 * library's engine backtracks, and ends the process after ten million steps of one match.
 *
 * <p>Two things make such an expression. Exponential: something that can match one text in several
 * ways is itself repeated, as in {@code (a+)+}. Polynomial: several repetitions stand before
 * something that can fail, as in {@code a*a*b}; for each, all its lengths are tried. This check is
 * stricter than needed: nothing with alternatives or repetitions may be repeated more than a few
 * times, and one repetition at most may stand before something that must match. The expressions of
 * known tokenizers pass.
 */
final class RegexCheck {
  private static final int MAX_LENGTH = 8192;
  private static final int MAX_COUNT = 1000;
  private static final int MAX_DEPTH = 64;
  private static final int FEW = 10;
  private static final int ENDLESS = Integer.MAX_VALUE;

  private final String regex;
  private int at;
  private int depth;

  private RegexCheck(String regex) {
    this.regex = regex;
  }

  /**
   * What a part of the expression can cost.
   *
   * @param open how many repetitions nothing stands behind yet
   * @param tried how many repetitions have something behind them that must match
   * @param ambiguous whether it may match a text in several ways
   * @param required whether it can fail to match
   */
  private record Cost(int open, int tried, boolean ambiguous, boolean required) {
    static final Cost CHARACTER = new Cost(0, 0, false, true);
    static final Cost NOTHING = new Cost(0, 0, false, false);

    Cost or(Cost other) {
      return new Cost(
          Math.max(open, other.open),
          Math.max(tried, other.tried),
          true,
          required || other.required);
    }

    Cost then(Cost next, int least, int most) {
      boolean needed = least > 0 && next.required;
      int behind = needed ? 0 : open;
      return new Cost(
          behind + next.open + (most > FEW ? 1 : 0),
          tried + next.tried + open - behind,
          ambiguous || next.ambiguous || least != most,
          required || needed);
    }
  }

  private static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1;

    Refused(String message) {
      super(message, null, false, false);
    }
  }

  /** Why an expression is refused; null if it is not. Faults of syntax are left to the library. */
  static String problem(String regex) {
    if (regex.length() > MAX_LENGTH) {
      return "which is longer than " + MAX_LENGTH + " characters";
    }
    try {
      return new RegexCheck(regex).whole().tried > 1
          ? "which has several repetitions in front of something that may fail, so that a long"
              + " text would take far too long"
          : null;
    } catch (Refused e) {
      return e.getMessage();
    }
  }

  private Cost whole() {
    Cost cost = alternatives();
    while (at < regex.length()) {
      at++;
      cost = cost.or(alternatives());
    }
    return cost;
  }

  private Cost alternatives() {
    Cost cost = sequence();
    while (at < regex.length() && regex.charAt(at) == '|') {
      at++;
      cost = cost.or(sequence());
    }
    return cost;
  }

  private Cost sequence() {
    Cost cost = Cost.NOTHING;
    while (at < regex.length() && regex.charAt(at) != '|' && regex.charAt(at) != ')') {
      Cost atom = atom();
      Count count = count();
      while (count != null) {
        if (atom.ambiguous && count.most > FEW) {
          throw new Refused(
              "which repeats something that is itself ambiguous, so that a text may take"
                  + " exponential time");
        }
        atom = Cost.NOTHING.then(atom, count.least, count.most);
        count = count();
      }
      cost = cost.then(atom, 1, 1);
    }
    return cost;
  }

  private Cost atom() {
    char next = regex.charAt(at++);
    switch (next) {
      case '\\' -> escape();
      case '[' -> characterClass();
      case '(' -> {
        return group();
      }
      default -> {}
    }
    return Cost.CHARACTER;
  }

  private Cost group() {
    if (++depth > MAX_DEPTH) {
      throw new Refused("which nests more than " + MAX_DEPTH + " groups");
    }
    boolean looks = regex.startsWith("?", at) && opens();
    Cost inside = alternatives();
    at++;
    depth--;
    return looks ? new Cost(0, inside.tried + inside.open, inside.ambiguous, true) : inside;
  }

  /** Skips what follows the parenthesis of a special group; whether the group looks around. */
  private boolean opens() {
    at++;
    while (at < regex.length() && "ims-".indexOf(regex.charAt(at)) >= 0) {
      at++;
    }
    for (String kind : new String[] {"<=", "<!", "=", "!", ":", ">"}) {
      if (regex.startsWith(kind, at)) {
        at += kind.length();
        return kind.contains("=") || kind.contains("!");
      }
    }
    if (regex.startsWith(")", at)) {
      return false;
    }
    throw new Refused("which has a group of an unusual kind at character " + at);
  }

  private record Count(int least, int most) {}

  /** The quantifier here, with the sign that makes it lazy or possessive; null if there is none. */
  private Count count() {
    char next = at < regex.length() ? regex.charAt(at) : ' ';
    Count count =
        switch (next) {
          case '*' -> new Count(0, ENDLESS);
          case '+' -> new Count(1, ENDLESS);
          case '?' -> new Count(0, 1);
          case '{' -> braces();
          default -> null;
        };
    if (count != null) {
      at += next == '{' ? regex.indexOf('}', at) - at + 1 : 1;
      boolean sign = regex.startsWith("?", at) || next != '{' && regex.startsWith("+", at);
      at += sign ? 1 : 0;
    }
    return count;
  }

  /** A count in braces; null if the brace stands for itself. */
  private Count braces() {
    int end = regex.indexOf('}', at);
    String inside = end < 0 ? "" : regex.substring(at + 1, end);
    if (!inside.matches("\\d+,?\\d*|,\\d+")) {
      return null;
    }
    String[] parts = inside.split(",", -1);
    int least = number(parts[0], 0);
    return new Count(least, parts.length == 1 ? least : number(parts[1], ENDLESS));
  }

  private static int number(String digits, int otherwise) {
    if (digits.isEmpty()) {
      return otherwise;
    }
    int count = digits.length() > 5 ? ENDLESS : Integer.parseInt(digits);
    if (count > MAX_COUNT) {
      throw new Refused("which repeats something more than " + MAX_COUNT + " times");
    }
    return count;
  }

  /** The braces of {@code \p{L}} and {@code \x{41}} belong to the escape. */
  private void escape() {
    char letter = at < regex.length() ? regex.charAt(at++) : ' ';
    if (letter == 'g' || letter == 'k') {
      throw new Refused("which calls or repeats a group by its name");
    }
    if ("pPxo".indexOf(letter) >= 0 && regex.startsWith("{", at)) {
      at = Math.max(at, regex.indexOf('}', at) + 1);
    }
  }

  private void characterClass() {
    int open = 1;
    boolean first = true;
    while (at < regex.length() && open > 0) {
      char next = regex.charAt(at++);
      if (next == '\\') {
        at = Math.min(at + 1, regex.length());
      } else if (next == '[') {
        open++;
      } else if (next == ']' && !first) {
        open--;
      }
      first = next == '[' || first && next == '^';
    }
  }
}
