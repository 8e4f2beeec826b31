package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteAlphabetTest {

  @ParameterizedTest
  @CsvSource({
    "\u0120, 32",
    "\u010a, 10",
    "\u0109, 9",
    "\u0100, 0",
    "\u0121, 127",
    "\u0122, 128",
    "\u0142, 160",
    "\u0143, 173",
    "!, 33",
    "~, 126",
    "\u00a1, 161",
    "\u00ac, 172",
    "\u00ae, 174",
    "\u00ff, 255"
  })
  void lettersStandForTheBytesThatGpt2GaveThem(String letter, int value) {
    assertThat(ByteAlphabet.decode(letter)).containsExactly(value);
  }

  @Test
  void eachByteHasOneLetterAmongTheFirst324Characters() {
    Set<Byte> seen = new HashSet<>();
    for (char letter = 0; letter < 324; letter++) {
      boolean inAlphabet =
          letter >= 256 || letter > ' ' && letter < 127 || letter > 160 && letter != 173;
      if (inAlphabet) {
        byte[] bytes = ByteAlphabet.decode(String.valueOf(letter));
        assertThat(bytes).as("letter " + (int) letter).hasSize(1);
        assertThat(seen.add(bytes[0])).as("letter " + (int) letter).isTrue();
      }
    }
    assertThat(seen).hasSize(256);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {" ", "\u0000", "\u00ad", "\u0144", "\u4f60", "\uff5c", "\ud83d\ude00", ""})
  void aCharacterOutsideTheAlphabetStandsForItsUtf8(String text) {
    assertThat(ByteAlphabet.decode(text)).isEqualTo(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aPieceMayEndInsideACharacter() {
    assertThat(ByteAlphabet.decode("\u0120\u00f0\u0141\u013a"))
        .containsExactly(0x20, 0xf0, 0x9f, 0x98);
  }
}
