package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Checks that the bytes of a text's tokens, concatenated, are the bytes of the text. */
class TokenBytesTest {
  private static final int TEXTS = 400;

  /** The ranges that random characters are drawn from: first and last code point of each. */
  private static final int[][] RANGES = {
    {0, 0x20},
    {0x20, 0x7f},
    {0x20, 0x7f},
    {0x80, 0x250},
    {0x300, 0x36f},
    {0x600, 0x6ff},
    {0x900, 0x97f},
    {0x1100, 0x11ff},
    {0x2000, 0x206f},
    {0x2580, 0x2590},
    {0x4e00, 0x4f00},
    {0xac00, 0xad00},
    {0xe000, 0xffff},
    {0x1f300, 0x1fad0},
    {0x20000, 0x20100},
    {0x10fff0, 0x10ffff}
  };

  private static String randomText(Random random) {
    StringBuilder text = new StringBuilder();
    int length = random.nextInt(40);
    for (int i = 0; i < length; i++) {
      int[] range = RANGES[random.nextInt(RANGES.length)];
      for (int repeats = 1 + random.nextInt(3); repeats > 0; repeats--) {
        text.appendCodePoint(range[0] + random.nextInt(range[1] - range[0] + 1));
      }
    }
    return text.toString();
  }

  private static String decoded(Tokenizer tokenizer, String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : tokenizer.encode(text, false)) {
      bytes.writeBytes(tokenizer.vocabulary().bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2"})
  void ofAByteLevelTokenizer(String words) {
    Random random = new Random(words.hashCode());
    try (Tokenizer tokenizer = TokenizerFixture.byteLevel().with("pre", words).tokenizer()) {
      for (int i = 0; i < TEXTS; i++) {
        String text = randomText(random) + "<|im_end|>" + randomText(random) + "<a b> <think>";
        // Qwen's tokenizer first composes letters with their combining marks.
        String expected =
            words.equals("qwen2") ? Normalizer.normalize(text, Normalizer.Form.NFC) : text;
        assertThat(decoded(tokenizer, text)).isEqualTo(expected);
      }
    }
  }

  @Test
  void ofASentencePieceTokenizer() {
    TokenizerFixture fixture = TokenizerFixture.sentencePiece();
    Random random = new Random(11);
    try (Tokenizer prefixing = fixture.tokenizer();
        Tokenizer plain = fixture.with("add_space_prefix", false).tokenizer()) {
      for (int i = 0; i < TEXTS; i++) {
        String text = randomText(random) + "<0x41>";
        String spaced = text.replace('\u2581', ' ');
        assertThat(decoded(plain, text)).isEqualTo(spaced);
        assertThat(decoded(prefixing, text)).isEqualTo(" " + spaced);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\ud83d", "a\ude00b", "\ude00\ud83d", "x\ud800"})
  void halfACharacterIsEncodedAsSomethingElseAndHarmsNothing(String broken) {
    try (Tokenizer tokenizer = TokenizerFixture.byteLevel().tokenizer()) {
      assertThat(decoded(tokenizer, broken)).isNotEmpty();
      assertThat(decoded(tokenizer, "whole \ud83d\ude00")).isEqualTo("whole \ud83d\ude00");
    }
  }

  @Test
  void longTextsAreEncodedWhole() {
    String text = "The quick brown fox. ".repeat(20_000);
    try (Tokenizer tokenizer = TokenizerFixture.byteLevel().tokenizer()) {
      assertThat(decoded(tokenizer, text)).isEqualTo(text);
    }
  }
}
