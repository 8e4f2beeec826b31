package io.pinion.guide;

import io.pinion.guide.error.GuideException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/** Uses guides as a stranger's input would have them used; all that may go wrong is refused. */
final class Hostile {
  final List<String> faults = new ArrayList<>();
  private final Random random;
  private final long[] mask = new long[GuideCases.tokens().words()];
  int cases;
  int made;
  long slowest;
  private String slowestCase = "";

  Hostile(long seed) {
    this.random = new Random(seed);
  }

  void use(String what, Supplier<Guide> compiler) {
    cases++;
    long began = System.nanoTime();
    try {
      Guide guide = compiler.get();
      made++;
      walk(guide);
    } catch (GuideException e) {
      if (e.getMessage() == null || e.getMessage().isBlank()) {
        faults.add("no message for " + what);
      }
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
      faults.add(e.getClass().getName() + " at " + place(e) + " for " + what);
    }
    long millis = (System.nanoTime() - began) / 1_000_000;
    if (millis > slowest) {
      slowest = millis;
      slowestCase = what;
    }
  }

  private static String place(Throwable error) {
    StackTraceElement[] trace = error.getStackTrace();
    StringBuilder place = new StringBuilder(error.getMessage() + " ");
    for (int i = 0; i < Math.min(trace.length, 12); i++) {
      place.append(trace[i].getFileName()).append(':').append(trace[i].getLineNumber()).append(' ');
    }
    return place.toString();
  }

  /** Some tokens, each of the mask, then the closing, which must close. */
  private void walk(Guide guide) {
    GuideState state = guide.start();
    for (int left = 8; left > 0; left--) {
      state.mask(mask);
      int token = choose();
      if (token < 0) {
        break;
      }
      if (!state.accept(token)) {
        throw new IllegalStateException("a token of the mask is not taken");
      }
    }
    state.forced();
    byte[] closing = state.closing();
    if (state.acceptBytes(closing) != closing.length || !state.isAccepting()) {
      throw new IllegalStateException("the closing does not close");
    }
  }

  private int choose() {
    int found = -1;
    int seen = 0;
    for (int token = 0; token < GuideCases.tokens().vocabulary().size(); token++) {
      if ((mask[token >> 6] >>> token & 1) != 0 && random.nextInt(++seen) == 0) {
        found = token;
      }
    }
    return found;
  }

  String figures() {
    return "%d cases, %d guides made, slowest %d ms: %s"
        .formatted(cases, made, slowest, shortened(slowestCase));
  }

  static String shortened(String text) {
    return text.length() <= 300 ? text : text.substring(0, 300) + " … (" + text.length() + ")";
  }

  /** A text with some of its parts changed, doubled, dropped, or taken from another. */
  String mutated(String text, String other) {
    String made = text;
    for (int left = 1 + random.nextInt(4); left > 0; left--) {
      int from = random.nextInt(made.length() + 1);
      int to = Math.min(made.length(), from + random.nextInt(12));
      String part = made.substring(from, to);
      made = made.substring(0, from) + replacement(part, other) + made.substring(to);
    }
    return made;
  }

  private String replacement(String part, String other) {
    return switch (random.nextInt(7)) {
      case 0 -> "";
      case 1 -> part + part;
      case 2 -> String.valueOf((char) (32 + random.nextInt(95)));
      case 3 -> {
        byte[] bytes = new byte[1 + random.nextInt(3)];
        random.nextBytes(bytes);
        yield new String(bytes, StandardCharsets.UTF_8);
      }
      case 4 -> {
        int from = random.nextInt(other.length() + 1);
        yield other.substring(from, Math.min(other.length(), from + random.nextInt(40)));
      }
      case 5 -> PIECES.get(random.nextInt(PIECES.size()));
      default -> part.repeat(1 + random.nextInt(20));
    };
  }

  private static final List<String> PIECES =
      List.of(
          "1e999999999",
          "-1e-999999999",
          "99999999999999999999",
          "{1,1000000}",
          "{0,999999999}",
          "(",
          ")",
          "[",
          "]",
          "{",
          "}",
          "\\",
          "\"",
          "(?i)",
          "(?=",
          "(?!",
          "\\p{L}",
          "\\u",
          "|",
          "*",
          "+",
          "?",
          "~1000000",
          ":",
          "%ignore",
          "\n",
          "/",
          "#/",
          "{\"$ref\":\"#\"}",
          "true",
          "null",
          "[]",
          "{}",
          ".*",
          "\\b",
          "^",
          "$",
          "::=",
          "\0",
          "\ud800",
          "🤖",
          "%import common.INT");
}
