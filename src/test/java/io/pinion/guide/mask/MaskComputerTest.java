package io.pinion.guide.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.guide.Guide;
import io.pinion.guide.GuideCompiler;
import io.pinion.guide.GuideState;
import io.pinion.guide.TinyVocabulary;
import io.pinion.guide.json.JsonOptions;
import io.pinion.guide.trie.TokenTrie;
import io.pinion.guide.trie.TokenVocabulary;
import io.pinion.text.Vocabulary;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The walk, with all it takes whole, beside taking every token byte by byte. */
class MaskComputerTest {
  private static final Vocabulary VOCABULARY = TinyVocabulary.of(texts());

  private final GuideCompiler compiler = new GuideCompiler(TokenVocabulary.of(VOCABULARY));

  private static String[] texts() {
    Random random = new Random(7);
    String letters = "aabbz09_- \"\\\né:,{}";
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      StringBuilder text = new StringBuilder();
      int kinds = 1 + random.nextInt(letters.length());
      int length = 2 + random.nextInt(i % 20 == 0 ? 30 : 6);
      for (int j = 0; j < length; j++) {
        text.append(letters.charAt(random.nextInt(kinds)));
      }
      texts.add(text.toString());
    }
    return texts.stream().distinct().toArray(String[]::new);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[a-z]*",
        "[a-z0-9_-]{12}",
        "([^ ]+ +){0,9}[^ ]+",
        "(a|b){3,7}z*[0-9]?",
        ".{0,20}",
        "[ab]{5}[^a]{2,}"
      })
  void masksOfPatternsHoldJustTheTokensThatFit(String pattern) {
    duel(compiler.regex(pattern), pattern.hashCode());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'type': 'string', 'pattern': '[a-z0-9_-]{9}'}",
        "{'type': 'string', 'pattern': 'ab[0-9]{3}', 'maxLength': 17}",
        "{'type': 'string', 'pattern': '^([^ ]+ +){0,5}[^ ]+$', 'maxLength': 21, 'minLength': 2}",
        "{'type': 'string', 'pattern': 'a', 'minLength': 5, 'not': {'pattern': 'bb'}}",
        "{'type': 'object', 'properties': {'ab': {}}, 'patternProperties': {'a{3}': {'type':"
            + " 'integer'}}, 'additionalProperties': {'type': 'string', 'maxLength': 9}}"
      })
  void masksOfSchemasHoldJustTheTokensThatFit(String schema) {
    String json = schema.replace('\'', '"');
    duel(compiler.jsonSchema(json, new JsonOptions(true, 0)), schema.hashCode());
  }

  @Test
  void aSubtreeIsMarkedWithAllItsTokens() {
    TokenTrie trie = TokenTrie.of(VOCABULARY);
    for (int node = 0; node < trie.nodes; node += 7) {
      long[] all = new long[trie.words()];
      long[] each = new long[trie.words()];
      trie.markAll(node, all);
      for (int below = node; below < trie.end[node]; below++) {
        trie.mark(below, each);
      }
      assertThat(all).isEqualTo(each);
    }
  }

  private static void duel(Guide guide, int seed) {
    Random random = new Random(seed);
    for (int text = 0; text < 4; text++) {
      GuideState state = guide.start();
      for (int i = 0; i < 12 && state.isOpen(); i++) {
        int[] fit = fitting(state);
        assertThat(allowed(state)).isEqualTo(fit);
        if (fit.length == 0) {
          break;
        }
        state.accept(fit[random.nextInt(fit.length)]);
      }
    }
  }

  private static int[] fitting(GuideState state) {
    List<Integer> found = new ArrayList<>();
    for (int token = 0; token < VOCABULARY.size(); token++) {
      byte[] bytes = VOCABULARY.bytes(token);
      if (!VOCABULARY.special(token) && state.fork().acceptBytes(bytes) == bytes.length) {
        found.add(token);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }

  private static int[] allowed(GuideState state) {
    long[] mask = new long[(VOCABULARY.size() + 63) / 64];
    state.mask(mask);
    List<Integer> found = new ArrayList<>();
    for (int token = 0; token < VOCABULARY.size(); token++) {
      if ((mask[token >> 6] >>> token & 1) != 0) {
        found.add(token);
      }
    }
    return found.stream().mapToInt(Integer::intValue).toArray();
  }
}
