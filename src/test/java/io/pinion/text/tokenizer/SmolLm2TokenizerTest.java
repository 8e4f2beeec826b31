package io.pinion.text.tokenizer;

import static io.pinion.text.tokenizer.TokenizerFixture.TEXTS;
import static io.pinion.text.tokenizer.TokenizerFixture.ints;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.checkpoint.TokenizerData;
import io.pinion.model.runtime.Checkpoints;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * Compares the tokenizer of SmolLM2-135M-Instruct with the output of Hugging Face's transformers.
 * Needs the model: {@code bin/pinion test} fetches it and names it in PINION_TEST_MODEL.
 */
@EnabledIfEnvironmentVariable(
    named = "PINION_TEST_MODEL",
    matches = ".+",
    disabledReason = "PINION_TEST_MODEL names no SmolLM2 file: bin/pinion test sets it")
class SmolLm2TokenizerTest {

  @Test
  void tokensAreThoseOfTransformersAndTheirBytesAreTheText() {
    JsonNode expected = TokenizerFixture.of("smollm2.json").ids();
    assertThat(expected).hasSameSizeAs(TEXTS);
    try (Tokenizer tokenizer = tokenizer()) {
      for (int row = 0; row < TEXTS.size(); row++) {
        int[] ids = tokenizer.encode(TEXTS.get(row), false);
        assertThat(ids).as(TEXTS.get(row)).containsExactly(ints(expected.get(row)));
        assertThat(tokenizer.encode(TEXTS.get(row), true)).containsExactly(ids);
        assertThat(text(tokenizer, ids)).isEqualTo(TEXTS.get(row));
      }
    }
  }

  private static Tokenizer tokenizer() {
    try (Checkpoint checkpoint = Checkpoints.open(Path.of(System.getenv("PINION_TEST_MODEL")))) {
      TokenizerData.Gguf data = (TokenizerData.Gguf) checkpoint.tokenizer();
      return TokenizerJson.parse(
          GgufTokenizer.tokenizerJson(data.metadata(), data.origin()), data.origin());
    }
  }

  private static String text(Tokenizer tokenizer, int[] ids) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int id : ids) {
      bytes.writeBytes(tokenizer.vocabulary().bytes(id));
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
