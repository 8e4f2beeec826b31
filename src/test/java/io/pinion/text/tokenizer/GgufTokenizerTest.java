package io.pinion.text.tokenizer;

import static io.pinion.text.tokenizer.TokenizerFixture.TEXTS;
import static io.pinion.text.tokenizer.TokenizerFixture.ints;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.text.Vocabulary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares tokenizers built from GGUF metadata with the output of transformers and of a naive
 * encoder.
 */
class GgufTokenizerTest {
  private static final TokenizerFixture BYTE_LEVEL = TokenizerFixture.byteLevel();
  private static final TokenizerFixture SENTENCE_PIECE = TokenizerFixture.sentencePiece();

  private static void assertIds(TokenizerFixture fixture, JsonNode expected) {
    assertThat(expected).hasSameSizeAs(TEXTS);
    try (Tokenizer tokenizer = fixture.tokenizer()) {
      for (int row = 0; row < TEXTS.size(); row++) {
        assertThat(tokenizer.encode(TEXTS.get(row), false))
            .as(TEXTS.get(row))
            .containsExactly(ints(expected.get(row)));
      }
    }
  }

  private static int[] encode(TokenizerFixture fixture, String text) {
    try (Tokenizer tokenizer = fixture.tokenizer()) {
      assertThat(tokenizer.encode(text, false)).doesNotContain(1, 2);
      return tokenizer.encode(text, true);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt-2", "smollm", "llama-bpe", "qwen2"})
  void byteLevelTokensAreThoseOfTransformers(String words) {
    assertIds(BYTE_LEVEL.with("pre", words), BYTE_LEVEL.ids().get(words));
  }

  @Test
  void wordsAreThoseOfGpt2WhereTheFileNamesNoneOrTheDefault() {
    assertIds(BYTE_LEVEL.with("pre", "default"), BYTE_LEVEL.ids().get("gpt-2"));
    assertIds(BYTE_LEVEL.with("pre", null), BYTE_LEVEL.ids().get("gpt-2"));
  }

  @Test
  void sentencePieceTokensAreThoseOfTransformers() {
    assertIds(SENTENCE_PIECE, SENTENCE_PIECE.ids().get("prefix"));
    assertIds(SENTENCE_PIECE.with("add_space_prefix", true), SENTENCE_PIECE.ids().get("prefix"));
    assertIds(
        SENTENCE_PIECE.with("add_space_prefix", false), SENTENCE_PIECE.ids().get("no-prefix"));
  }

  @ParameterizedTest
  @CsvSource({
    "gpt-2,,,false,false",
    "gpt-2,true,,true,false",
    "gpt-2,true,true,true,true",
    "gpt-2,false,true,false,true",
    "qwen2,,,false,false",
    "smollm,,false,false,false",
    "llama-bpe,,,true,false",
    "llama-bpe,false,,false,false",
    "llama-bpe,,true,true,true"
  })
  void aByteLevelTokenizerAddsBosAndEosAsTheFileSays(
      String words, Boolean addBos, Boolean addEos, boolean begins, boolean ends) {
    TokenizerFixture fixture =
        BYTE_LEVEL.with("pre", words).with("add_bos_token", addBos).with("add_eos_token", addEos);
    assertEnds(encode(fixture, "Hello world"), begins, ends);
    assertThat(encode(fixture, "")).hasSize((begins ? 1 : 0) + (ends ? 1 : 0));
  }

  @ParameterizedTest
  @CsvSource({
    ",,true,false",
    "true,,true,false",
    "false,,false,false",
    ",true,true,true",
    "false,true,false,true"
  })
  void aSentencePieceTokenizerAddsBosUnlessTheFileSaysOtherwise(
      Boolean addBos, Boolean addEos, boolean begins, boolean ends) {
    TokenizerFixture fixture =
        SENTENCE_PIECE.with("add_bos_token", addBos).with("add_eos_token", addEos);
    assertEnds(encode(fixture, "Hello world"), begins, ends);
    assertThat(encode(fixture, "")).hasSize((begins ? 1 : 0) + (ends ? 1 : 0));
  }

  private static void assertEnds(int[] ids, boolean begins, boolean ends) {
    assertThat(ids).hasSizeGreaterThan(2);
    assertThat(ids[0] == 1).as("bos").isEqualTo(begins);
    assertThat(ids[ids.length - 1] == 2).as("eos").isEqualTo(ends);
  }

  @Test
  void theUnknownTokenIsSpecialAsControlTokensAreAndUserDefinedOnesAreNot() {
    try (Tokenizer tokenizer = SENTENCE_PIECE.tokenizer()) {
      Vocabulary vocabulary = tokenizer.vocabulary();
      for (String token : new String[] {"<unk>", "<s>", "</s>"}) {
        assertThat(vocabulary.special(SENTENCE_PIECE.id(token))).as(token).isTrue();
      }
      assertThat(vocabulary.special(SENTENCE_PIECE.id("<think>"))).isFalse();
    }
  }

  @Test
  void aSentencePieceFileWithoutIdsHasThoseOfTheFirstThreeTokens() {
    TokenizerFixture bare =
        SENTENCE_PIECE
            .with("bos_token_id", null)
            .with("eos_token_id", null)
            .with("unknown_token_id", null)
            .with("add_eos_token", true);
    assertThat(encode(bare, "a")).startsWith(1).endsWith(2);
  }
}
