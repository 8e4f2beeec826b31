package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Faulty tokenizer entries of a GGUF file are rejected with a message that names the entry. */
class GgufTokenizerFaultTest {
  private static final TokenizerFixture BYTE_LEVEL = TokenizerFixture.byteLevel();
  private static final TokenizerFixture SENTENCE_PIECE = TokenizerFixture.sentencePiece();

  private static AbstractThrowableAssert<?, ?> refused(TokenizerFixture fixture) {
    return assertThatThrownBy(() -> fixture.tokenizer().close())
        .isInstanceOf(TokenizerException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bert", "t5", "LLAMA", ""})
  void aKindThatIsNotKnownIsRefusedWithThoseKnown(String kind) {
    refused(BYTE_LEVEL.with("model", kind))
        .hasMessage(
            "the tokenizer of a.gguf is of kind " + kind + "; supported are gpt2 and llama");
  }

  @ParameterizedTest
  @ValueSource(strings = {"tekken", "llama", "Qwen2", ""})
  void wordsThatAreNotKnownAreRefusedWithThoseKnown(String words) {
    refused(BYTE_LEVEL.with("pre", words))
        .hasMessage(
            "the tokenizer of a.gguf has the pre-tokenizer "
                + words
                + "; supported are default, gpt-2, llama-bpe, qwen2 and smollm");
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "tokens", "token_type", "merges"})
  void anEntryThatAByteLevelTokenizerLacksIsNamed(String key) {
    refused(BYTE_LEVEL.with(key, null))
        .hasMessage("the tokenizer of a.gguf lacks tokenizer.ggml." + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"model", "tokens", "token_type", "scores"})
  void anEntryThatASentencePieceTokenizerLacksIsNamed(String key) {
    refused(SENTENCE_PIECE.with(key, null))
        .hasMessage("the tokenizer of a.gguf lacks tokenizer.ggml." + key);
  }

  @Test
  void aFileWithoutATokenizerIsRefused() {
    assertThatThrownBy(() -> GgufTokenizer.tokenizerJson(Map.of(), "a.gguf"))
        .isInstanceOf(TokenizerException.class)
        .hasMessage("the tokenizer of a.gguf lacks tokenizer.ggml.tokens");
  }

  @ParameterizedTest
  @CsvSource({"add_bos_token,bos_token_id", "add_eos_token,eos_token_id"})
  void aTokenToAddThatIsNotNamedIsRefused(String flag, String id) {
    refused(BYTE_LEVEL.with(flag, true).with(id, null))
        .hasMessage("the tokenizer of a.gguf lacks tokenizer.ggml." + id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"token_type", "scores"})
  void aListThatIsNoMatchForTheTokensIsRefused(String key) {
    refused(SENTENCE_PIECE.with(key, List.of(1, 1)))
        .hasMessage(
            "the tokenizer of a.gguf has "
                + SENTENCE_PIECE.list("tokens").size()
                + " tokens but 2 elements of tokenizer.ggml."
                + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"bos_token_id", "eos_token_id", "unknown_token_id"})
  void anIdBeyondTheTokensIsRefused(String key) {
    int tokens = SENTENCE_PIECE.list("tokens").size();
    for (Number id : new Number[] {-1, tokens, 4294967295L, 1L << 32, 0.5, Double.NaN}) {
      refused(SENTENCE_PIECE.with(key, id))
          .hasMessage(
              "the tokenizer of a.gguf gives tokenizer.ggml."
                  + key
                  + " as "
                  + id
                  + " but has "
                  + tokens
                  + " tokens");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model,String",
    "tokens,List",
    "token_type,List",
    "scores,List",
    "add_bos_token,Boolean",
    "add_eos_token,Boolean",
    "add_space_prefix,Boolean"
  })
  void anEntryOfTheWrongTypeIsRefused(String key, String type) {
    refused(SENTENCE_PIECE.with(key, 7L))
        .hasMessage(
            "the tokenizer of a.gguf gives tokenizer.ggml."
                + key
                + " as 7, which is not of type "
                + type);
  }

  @ParameterizedTest
  @CsvSource({"tokens,String", "token_type,Number", "scores,Number"})
  void anElementOfTheWrongTypeIsRefused(String key, String type) {
    refused(SENTENCE_PIECE.with(key, 5, true))
        .hasMessage(
            "the tokenizer of a.gguf gives tokenizer.ggml."
                + key
                + "[5] as true, which is not of type "
                + type);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere a", "a nowhere", "a", "a a a", "", " "})
  void aMergeThatIsNoneIsRefused(String merge) {
    refused(BYTE_LEVEL.with("merges", 3, merge))
        .hasMessageStartingWith("the tokenizer of a.gguf cannot be built: ");
  }
}
