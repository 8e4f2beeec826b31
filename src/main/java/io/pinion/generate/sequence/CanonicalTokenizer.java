package io.pinion.generate.sequence;

import io.pinion.guide.Guide;
import io.pinion.text.Vocabulary;
import io.pinion.text.tokenizer.Tokenizer;
import io.pinion.text.tokenizer.TokenizerException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Tokenizes bytes as the model's own tokenizer does, so that the model sees the tokens that it was
 * trained on. Incomplete characters at either end, and texts that the tokenizer would change, are
 * split into the longest tokens that match.
 *
 * <p>Caches the most recent texts, since the same JSON keys recur in every row. Not thread-safe:
 * callers hold the device's lease.
 */
public final class CanonicalTokenizer {
  private static final int MAX_CACHED = 1024;
  private static final int LONGEST_CHARACTER = 4;

  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final int vocabularySize;
  private final Map<ByteBuffer, int[]> cached = new RecentEntries<>(MAX_CACHED);

  /**
   * @param vocabularySize how many tokens the model has; tokens beyond are not used
   */
  public CanonicalTokenizer(Tokenizer tokenizer, int vocabularySize) {
    this.tokenizer = tokenizer;
    this.vocabulary = tokenizer.vocabulary();
    this.vocabularySize = vocabularySize;
  }

  /**
   * Tokens whose bytes are exactly the text's; {@code null} if there are none. Callers must not
   * change them.
   *
   * @param guide any guide of the tokenizer's vocabulary
   */
  public int[] encode(Guide guide, byte[] text) {
    ByteBuffer key = ByteBuffer.wrap(text);
    if (cached.containsKey(key)) {
      return cached.get(key);
    }
    int[] tokens = encodeParts(guide, text);
    if (tokens != null && IntStream.of(tokens).anyMatch(token -> token >= vocabularySize)) {
      tokens = null;
    }
    cached.put(key, tokens);
    return tokens;
  }

  private int[] encodeParts(Guide guide, byte[] text) {
    int from = wholeFrom(text);
    int to = Math.max(from, wholeTo(text));
    int[] head = guide.spell(Arrays.copyOf(text, from));
    int[] whole = tokenizerTokens(Arrays.copyOfRange(text, from, to));
    int[] tail = guide.spell(Arrays.copyOfRange(text, to, text.length));
    return head == null || whole == null || tail == null
        ? guide.spell(text)
        : Stream.of(head, whole, tail).flatMapToInt(IntStream::of).toArray();
  }

  /** The tokenizer's own tokens; {@code null} if their bytes differ from the text's. */
  private int[] tokenizerTokens(byte[] text) {
    if (text.length == 0) {
      return new int[0];
    }
    try {
      CharSequence characters = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
      int[] tokens = tokenizer.encodeContinuation(characters.toString());
      return haveBytes(tokens, text) ? tokens : null;
    } catch (CharacterCodingException | TokenizerException e) {
      return null;
    }
  }

  private boolean haveBytes(int[] tokens, byte[] text) {
    int at = 0;
    for (int token : tokens) {
      byte[] bytes = vocabulary.bytes(token);
      int end = at + bytes.length;
      if (vocabulary.special(token)
          || bytes.length == 0
          || end > text.length
          || !Arrays.equals(text, at, end, bytes, 0, bytes.length)) {
        return false;
      }
      at = end;
    }
    return at == text.length;
  }

  /** Index of the first character's first byte. */
  private static int wholeFrom(byte[] text) {
    int from = 0;
    while (from < text.length && from < LONGEST_CHARACTER && continues(text[from])) {
      from++;
    }
    return from;
  }

  /** Index after the last complete character. */
  private static int wholeTo(byte[] text) {
    int last = text.length - 1;
    while (last > 0 && text.length - last < LONGEST_CHARACTER && continues(text[last])) {
      last--;
    }
    return last >= 0 && text.length - last < length(text[last]) ? last : text.length;
  }

  private static boolean continues(byte value) {
    return (value & 0xC0) == 0x80;
  }

  /** Length in bytes of a character, from its first byte. */
  private static int length(byte first) {
    int value = first & 0xFF;
    return value < 0xC0 ? 1 : value < 0xE0 ? 2 : value < 0xF0 ? 3 : 4;
  }
}
