package io.pinion.jinja.string;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.jinja.limit.Budget;
import io.pinion.jinja.limit.Limits;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the search with {@code String}'s own on random strings. */
class SubstringSearchTest {
  private static final int ROUNDS = 20_000;

  @Test
  void findsWhatStringFinds() {
    Random random = new Random(20261127);
    for (int round = 0; round < ROUNDS; round++) {
      String text = text(random, random.nextInt(120));
      String part = random.nextBoolean() ? text(random, random.nextInt(40)) : piece(random, text);
      int from = random.nextInt(text.length() + 1);
      SubstringSearch begin = SubstringSearch.fromBegin(part, budget());
      SubstringSearch end = SubstringSearch.fromEnd(part, budget());
      assertThat(begin.find(text)).isEqualTo(text.indexOf(part));
      assertThat(end.find(text)).isEqualTo(text.lastIndexOf(part));
      assertThat(begin.find(text, from))
          .as(part + " in " + text)
          .isEqualTo(text.indexOf(part, from));
      assertThat(end.find(text, from))
          .as(part + " in " + text)
          .isEqualTo(text.substring(0, from).lastIndexOf(part));
    }
  }

  private static Budget budget() {
    return new Budget(Limits.standard());
  }

  private static String text(Random random, int length) {
    StringBuilder text = new StringBuilder();
    int kinds = 1 + random.nextInt(3);
    while (text.length() < length) {
      text.append((char) ('a' + random.nextInt(kinds)));
    }
    return text.toString();
  }

  private static String piece(Random random, String text) {
    int begin = random.nextInt(text.length() + 1);
    return text.substring(begin, begin + random.nextInt(text.length() - begin + 1));
  }
}
