package io.pinion.generate.sequence;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.MergeTokenizer;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideRequest;
import io.pinion.guide.Guides;
import io.pinion.guide.json.JsonOptions;
import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CanonicalTokenizerTest {
  private static final String CHARACTERS = "ab né日曜";
  // Merges "bc" before "ab", so that "abc" is a, bc; the longest match takes ab, c.
  private static final MergeTokenizer TOKENIZER =
      new MergeTokenizer("bc bc bc bc bc ab; ab; ab; éé 日日 ".repeat(3), 12);
  private static final Guide GUIDE =
      Guides.of(TOKENIZER.vocabulary())
          .guide(GuideRequest.parse("{\"regex\": \".*\"}", JsonOptions.DEFAULT));

  private static int[] encode(Tokenizer tokenizer, byte[] text) {
    return new CanonicalTokenizer(tokenizer, TOKENIZER.end).encode(GUIDE, text);
  }

  private static byte[] bytes(int[] tokens) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int token : tokens) {
      bytes.writeBytes(TOKENIZER.vocabulary().bytes(token));
    }
    return bytes.toByteArray();
  }

  @Test
  void wholeCharactersAreWrittenAsTheTokenizerWritesThem() {
    String text = "abcab é日ab";
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    assertThat(encode(TOKENIZER, bytes)).containsExactly(TOKENIZER.encode(text, false));
    assertThat(encode(TOKENIZER, bytes)).isNotEqualTo(GUIDE.spell(bytes));
  }

  @Test
  void everyPieceOfATextIsEncodedInItsOwnBytes() {
    Random random = new Random(3);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(9); i >= 0; i--) {
        text.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
      }
      byte[] whole = text.toString().getBytes(StandardCharsets.UTF_8);
      int from = random.nextInt(whole.length);
      byte[] piece =
          Arrays.copyOfRange(whole, from, from + random.nextInt(whole.length - from + 1));
      assertThat(bytes(encode(TOKENIZER, piece))).isEqualTo(piece);
    }
  }

  @Test
  void theWholeCharactersBetweenPartsAreTheTokenizers() {
    byte[] day = "日".getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.write(day, 1, 2);
    text.writeBytes("abcd".getBytes(StandardCharsets.UTF_8));
    text.write(day, 0, 2);
    int[] tokens = encode(TOKENIZER, text.toByteArray());
    int[] middle = TOKENIZER.encode("abcd", false);
    assertThat(bytes(tokens)).isEqualTo(text.toByteArray());
    assertThat(tokens).containsSubsequence(middle);
  }

  @Test
  void aTokenizerThatChangesTheTextGivesWayToTheLongestMatch() {
    byte[] text = "abcd".getBytes(StandardCharsets.UTF_8);
    Tokenizer prefixing = changed(" ");
    assertThat(encode(prefixing, text)).containsExactly(GUIDE.spell(text));
    assertThat(encode(changed("</s>"), text)).containsExactly(GUIDE.spell(text));
  }

  @Test
  void tokensBeyondTheModelAreNotUsed() {
    byte[] text = "ab".getBytes(StandardCharsets.UTF_8);
    assertThat(TOKENIZER.encode("ab", false)[0]).isGreaterThan(255);
    assertThat(new CanonicalTokenizer(TOKENIZER, 256).encode(GUIDE, text)).isNull();
  }

  private static Tokenizer changed(String before) {
    return new Tokenizer() {
      @Override
      public int[] encode(String text, boolean addSpecialTokens) {
        if (before.equals("</s>")) {
          int[] tokens = TOKENIZER.encode(text, false);
          int[] ended = Arrays.copyOf(tokens, tokens.length + 1);
          ended[tokens.length] = TOKENIZER.end;
          return ended;
        }
        return TOKENIZER.encode(before + text, false);
      }

      @Override
      public Vocabulary vocabulary() {
        return TOKENIZER.vocabulary();
      }

      @Override
      public void close() {}
    };
  }
}
