package io.pinion.text.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Randomly damaged tokenizer entries of a GGUF file, with a fixed seed, give a tokenizer or an
 * error that names the file.
 */
class GgufTokenizerDamageTest {
  private static final int MUTATIONS = 300;
  private static final Object[] VALUES = {
    -1L,
    0,
    1,
    3,
    257,
    4294967295L,
    Long.MIN_VALUE,
    Double.NaN,
    1e300,
    -0.5f,
    true,
    false,
    "",
    " ",
    "a",
    "a b",
    "\u0120 \u0120",
    "<|im_end|>",
    "<0x41>",
    "<unk>",
    "llama",
    "gpt2",
    "qwen2",
    "llama-bpe",
    "smollm",
    "\u0000",
    "\ud800",
    "\u2581",
    "x".repeat(3000),
    List.of(),
    List.of(1),
    List.of("a", "b")
  };
  private static final List<String> KEYS =
      List.of(
          "model",
          "pre",
          "tokens",
          "token_type",
          "scores",
          "merges",
          "bos_token_id",
          "eos_token_id",
          "unknown_token_id",
          "add_bos_token",
          "add_eos_token",
          "add_space_prefix");

  private final Map<String, Object> metadata = new HashMap<>();
  private final Random random;

  GgufTokenizerDamageTest() {
    this.random = new Random(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"byte_level.json", "sentence_piece.json"})
  void damagedEntriesGiveATokenizerOrARefusal(String file) {
    Map<String, Object> whole = TokenizerFixture.of(file).metadata();
    Map<String, Integer> outcomes = new TreeMap<>();
    for (int i = 0; i < MUTATIONS; i++) {
      metadata.clear();
      metadata.putAll(whole);
      for (int damages = 1 + random.nextInt(3); damages > 0; damages--) {
        damage("tokenizer.ggml." + KEYS.get(random.nextInt(KEYS.size())));
      }
      outcomes.merge(outcome(), 1, Integer::sum);
    }
    assertThat(outcomes).as("outcomes").containsOnlyKeys("built", "refused");
    assertThat(outcomes.values()).allMatch(count -> count > MUTATIONS / 10);
  }

  private void damage(String key) {
    Object old = metadata.get(key);
    if (old instanceof List<?> list && !list.isEmpty() && random.nextInt(6) > 0) {
      metadata.put(key, damaged(list));
    } else if (random.nextInt(4) == 0) {
      metadata.remove(key);
    } else {
      metadata.put(key, value());
    }
  }

  private List<Object> damaged(List<?> list) {
    List<Object> changed = new ArrayList<>(list);
    int at = random.nextInt(list.size());
    switch (random.nextInt(5)) {
      case 0 -> changed.remove(at);
      case 1 -> changed.add(at, changed.get(random.nextInt(list.size())));
      case 2 -> changed.set(at, changed.get(random.nextInt(list.size())));
      case 3 -> changed.subList(at, list.size()).clear();
      default -> changed.set(at, value());
    }
    return changed;
  }

  private Object value() {
    return VALUES[random.nextInt(VALUES.length)];
  }

  private String outcome() {
    try (Tokenizer tokenizer =
        TokenizerJson.parse(GgufTokenizer.tokenizerJson(metadata, "a.gguf"), "a.gguf")) {
      for (int id : tokenizer.encode("Hello, 12 w\u00f6rld \ud83d\ude00<|im_end|></s>", true)) {
        assertThat(tokenizer.vocabulary().bytes(id)).isNotNull();
      }
      return "built";
    } catch (TokenizerException e) {
      assertThat(e).hasMessageStartingWith("the tokenizer of a.gguf ");
      return "refused";
    }
  }
}
