package io.pinion.generate.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class IncrementalDetokenizerTest {
  private static IncrementalDetokenizer stoppingAt(String... stops) {
    byte[][] bytes = new byte[stops.length][];
    for (int i = 0; i < stops.length; i++) {
      bytes[i] = utf8(stops[i]);
    }
    return new IncrementalDetokenizer(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aStopStringAcrossTokensIsCutOff() {
    IncrementalDetokenizer text = stoppingAt("\n\nUser:");
    assertThat(text.append(utf8("Yes.\n"), true)).isFalse();
    assertThat(text.append(utf8("\nUs"), true)).isFalse();
    assertThat(text.append(utf8("er: what"), true)).isTrue();
    assertThat(text).hasToString("Yes.");
  }

  @Test
  void theEarliestOfSeveralStopStringsCuts() {
    IncrementalDetokenizer text = stoppingAt("d", "bcd", "c");
    assertThat(text.append(utf8("abcd"), true)).isTrue();
    assertThat(text).hasToString("a");
  }

  @Test
  void aStopStringOfTextThatCouldNotStopYetIsPassedOver() {
    IncrementalDetokenizer text = stoppingAt("ab");
    assertThat(text.append(utf8("ab"), false)).isFalse();
    assertThat(text.append(utf8("c"), true)).isFalse();
    assertThat(text.append(utf8("ab"), true)).isTrue();
    assertThat(text).hasToString("abc");
  }

  @Test
  void aCharacterSplitBetweenTokensIsPutTogetherAndHalfOneIsReplaced() {
    byte[] euro = utf8("€");
    IncrementalDetokenizer text = stoppingAt("€!");
    assertThat(text.append(new byte[] {'5', euro[0]}, true)).isFalse();
    assertThat(text.append(new byte[] {euro[1], euro[2]}, true)).isFalse();
    assertThat(text).hasToString("5€");
    assertThat(text.append(new byte[] {euro[0]}, true)).isFalse();
    assertThat(text).hasToString("5€\uFFFD");
  }

  @Test
  void aForkGoesItsOwnWay() {
    IncrementalDetokenizer text = stoppingAt("!");
    text.append(utf8("same"), true);
    IncrementalDetokenizer fork = text.fork();
    fork.append(utf8(" other"), true);
    text.append(utf8(" one"), true);
    assertThat(text).hasToString("same one");
    assertThat(fork).hasToString("same other");
  }
}
