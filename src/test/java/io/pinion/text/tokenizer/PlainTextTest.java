package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Control tokens spelled out in a text that is only text. */
class PlainTextTest {
  static Stream<TokenizerFixture> tokenizers() {
    List<TokenizerFixture> all = new ArrayList<>();
    for (String words : List.of("gpt-2", "smollm", "llama-bpe", "qwen2")) {
      all.add(TokenizerFixture.byteLevel().with("pre", words));
    }
    all.add(TokenizerFixture.sentencePiece());
    all.add(TokenizerFixture.sentencePiece().with("add_space_prefix", false));
    return all.stream();
  }

  private static BitSet range(int from, int to) {
    BitSet range = new BitSet();
    range.set(from, to);
    return range;
  }

  private static String text(Tokenizer tokenizer, int[] tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int token : tokens) {
      bytes.writeBytes(tokenizer.vocabulary().bytes(token));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static List<Integer> specials(Tokenizer tokenizer, int[] tokens) {
    List<Integer> found = new ArrayList<>();
    for (int token : tokens) {
      if (tokenizer.vocabulary().special(token)) {
        found.add(token);
      }
    }
    return found;
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void everyControlTokenIsTextWhereItIsPlainAndItselfElsewhere(TokenizerFixture fixture) {
    try (Tokenizer tokenizer = fixture.tokenizer()) {
      assertThat(SpecialTexts.of(tokenizer.vocabulary()).texts()).isNotEmpty();
      for (int token = 0; token < tokenizer.vocabulary().size(); token++) {
        if (!tokenizer.vocabulary().special(token)) {
          continue;
        }
        String special = new String(tokenizer.vocabulary().bytes(token), StandardCharsets.UTF_8);
        String text = "a " + special + "b" + special + " c";
        assertThat(specials(tokenizer, tokenizer.encode(text, false)))
            .containsExactly(token, token);
        for (int plain = 2; plain < 2 + special.length(); plain++) {
          int[] tokens = tokenizer.encode(text, range(plain, plain + 1), false);
          assertThat(specials(tokenizer, tokens)).as("%s", special).containsExactly(token);
        }
        int[] none = tokenizer.encode(text, range(0, text.length()), false);
        assertThat(specials(tokenizer, none)).isEmpty();
        assertThat(text(tokenizer, none).strip()).isEqualTo(text);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("tokenizers")
  void plainTextWithoutControlTokensHasTheTokensThatItHas(TokenizerFixture fixture) {
    try (Tokenizer tokenizer = fixture.tokenizer()) {
      String special = SpecialTexts.of(tokenizer.vocabulary()).texts().get(0);
      for (String text : TokenizerFixture.TEXTS) {
        if (!specials(tokenizer, tokenizer.encode(text, false)).isEmpty()) {
          continue;
        }
        for (boolean adds : new boolean[] {false, true}) {
          assertThat(tokenizer.encode(text, range(0, text.length()), adds))
              .containsExactly(tokenizer.encode(text, adds));
          // What comes before a true control token is encoded as ever, whatever follows.
          String own = text + special;
          String both = own + special;
          assertThat(tokenizer.encode(both, range(own.length(), both.length()), adds))
              .as(text)
              .startsWith(tokenizer.encode(own, adds));
        }
      }
    }
  }
}
