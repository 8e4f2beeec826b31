package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.pinion.text.Vocabulary;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares the bytes of tokens with what Hugging Face's library decodes them to. */
class TokenDecodingTest {
  /** Built as Gemma 3's: runs of blanks and line breaks are added tokens of the vocabulary. */
  private static final String GEMMA =
      """
      {"version": "1.0", "truncation": null, "padding": null, "pre_tokenizer": null,
       "added_tokens": [%s, %s, %s, %s],
       "normalizer": {"type": "Replace", "pattern": {"String": " "}, "content": "\u2581"},
       "post_processor": null,
       "decoder": {"type": "Sequence", "decoders": [
         {"type": "Replace", "pattern": {"String": "\u2581"}, "content": " "},
         {"type": "ByteFallback"}, {"type": "Fuse"}]},
       "model": {"type": "BPE", "unk_token": "<unk>", "byte_fallback": true, "fuse_unk": true,
         "vocab": {"<unk>": 0, "<0x0A>": 1, "\u2581": 2, "\u2581\u2581": 3, "\\n\\n": 4, "a": 5,
           "\u2581a": 6, "<table>": 7, "<0xC3>": 8, "{": 9, "\\"": 10, "}": 11, "\u2581{": 12},
         "merges": [["\u2581", "\u2581"], ["\u2581", "a"], ["\u2581", "{"]]}}
      """
          .formatted(
              added(0, "<unk>", true),
              added(3, "\u2581\u2581", false),
              added(4, "\\n\\n", false),
              added(7, "<table>", false));

  /** The same with what Llama 2 does to the beginning of a text and to the end of a decoding. */
  private static final String LLAMA_2 =
      GEMMA
          .replace(
              "{\"type\": \"Replace\", \"pattern\": {\"String\": \" \"}, \"content\": \"\u2581\"}",
              "{\"type\": \"Sequence\", \"normalizers\": [{\"type\": \"Prepend\", \"prepend\":"
                  + " \"\u2581\"}, {\"type\": \"Replace\", \"pattern\": {\"String\": \" \"},"
                  + " \"content\": \"\u2581\"}]}")
          .replace(
              "{\"type\": \"Fuse\"}",
              "{\"type\": \"Fuse\"}, {\"type\": \"Strip\", \"content\": \" \", \"start\": 1,"
                  + " \"stop\": 0}");

  private static final String METASPACE =
      GEMMA
          .replace(
              "\"pre_tokenizer\": null",
              "\"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"always\"}")
          .replace(
              "\"normalizer\": {\"type\": \"Replace\", \"pattern\": {\"String\": \" \"},"
                  + " \"content\": \"\u2581\"}",
              "\"normalizer\": null");

  private static String added(int id, String content, boolean special) {
    return """
        {"id": %d, "content": "%s", "special": %s, "single_word": false, "lstrip": false,
         "rstrip": false, "normalized": false}"""
        .formatted(id, content, special);
  }

  private static String json(String name) {
    return switch (name) {
      case "gemma 3" -> GEMMA;
      case "llama 2" -> LLAMA_2;
      case "metaspace" -> METASPACE;
      case "byte level" -> TokenizerFixture.byteLevel().json();
      default -> TokenizerFixture.sentencePiece().json();
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemma 3", "llama 2", "byte level", "sentence piece"})
  void everyTokenHasTheBytesThatTheLibraryDecodesItTo(String name) throws IOException {
    String json = json(name);
    try (TokenizerJson tokenizer = TokenizerJson.parse(json, "here");
        HuggingFaceTokenizer library =
            HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), Map.of())) {
      long[] anchor = library.encode("a", false, false).getIds();
      String before = library.decode(anchor, false);
      Vocabulary vocabulary = tokenizer.vocabulary();
      for (int id = 0; id < vocabulary.size(); id++) {
        if (!vocabulary.special(id)) {
          long[] ids = Arrays.copyOf(anchor, anchor.length + 1);
          ids[anchor.length] = id;
          assertThat(before + new String(vocabulary.bytes(id), StandardCharsets.UTF_8))
              .as("token " + id)
              .isEqualTo(library.decode(ids, false));
        }
      }
    }
  }

  @Test
  void anAddedTokenOfTwoBlanksIsTwoBlanks() {
    try (TokenizerJson tokenizer = TokenizerJson.parse(GEMMA, "here")) {
      assertThat(tokenizer.encode("a  a", false)).containsExactly(5, 3, 5);
      assertThat(tokenizer.vocabulary().bytes(3)).containsExactly(' ', ' ');
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemma 3", "llama 2", "metaspace", "sentence piece", "byte level"})
  void aContinuationHasNoBlankBeforeIt(String name) {
    try (TokenizerJson tokenizer = TokenizerJson.parse(json(name), "here")) {
      for (String text : new String[] {"{\"a\"}", "a", " a", "  {a", "", "a  a"}) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int id : tokenizer.encodeContinuation(text)) {
          bytes.writeBytes(tokenizer.vocabulary().bytes(id));
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).as(text).isEqualTo(text);
      }
    }
  }

  @Test
  void aWholeTextOfLlama2BeginsWithABlank() {
    try (TokenizerJson tokenizer = TokenizerJson.parse(LLAMA_2, "here")) {
      assertThat(tokenizer.encode("{\"a\"}", false)).startsWith(12);
      assertThat(tokenizer.encodeContinuation("{\"a\"}")).containsExactly(9, 10, 5, 10, 11);
    }
  }
}
