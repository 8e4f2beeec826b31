package io.pinion.generate.batch;

import io.pinion.generate.sequence.CanonicalTokenizer;
import io.pinion.guide.Guide;
import io.pinion.guide.GuideState;
import io.pinion.text.Vocabulary;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** What a guide forces, found by trying every byte and every token. */
final class NaiveForced {
  private final Guide guide;
  private final CanonicalTokenizer tokenizer;
  private final Vocabulary vocabulary;

  NaiveForced(Guide guide, CanonicalTokenizer tokenizer, Vocabulary vocabulary) {
    this.guide = guide;
    this.tokenizer = tokenizer;
    this.vocabulary = vocabulary;
  }

  int[] tokens(GuideState state) {
    GuideState after = state.fork();
    byte[] text = takeForced(after);
    int[] tokens = text.length == 0 ? new int[0] : tokenizer.encode(guide, text);
    if (tokens == null) {
      return new int[0];
    }
    int at = 0;
    for (int i = 0; i < tokens.length; i++) {
      if (longerFits(Arrays.copyOfRange(text, at, text.length), after)) {
        return Arrays.copyOf(tokens, i);
      }
      at += vocabulary.bytes(tokens[i]).length;
    }
    return tokens;
  }

  private static byte[] takeForced(GuideState state) {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    while (!state.isAccepting()) {
      int only = -1;
      for (int value = 0; value < 256; value++) {
        if (state.fork().acceptBytes(new byte[] {(byte) value}) == 1) {
          only = only == -1 ? value : -2;
        }
      }
      if (only < 0) {
        break;
      }
      state.acceptBytes(new byte[] {(byte) only});
      text.write(only);
    }
    return text.toByteArray();
  }

  private boolean longerFits(byte[] rest, GuideState after) {
    for (int token = 0; token < vocabulary.size(); token++) {
      byte[] bytes = vocabulary.bytes(token);
      if (!vocabulary.special(token)
          && bytes.length > rest.length
          && Arrays.equals(bytes, 0, rest.length, rest, 0, rest.length)) {
        byte[] more = Arrays.copyOfRange(bytes, rest.length, bytes.length);
        if (after.fork().acceptBytes(more) == more.length) {
          return true;
        }
      }
    }
    return false;
  }
}
