package io.pinion.model.checkpoint.gguf;

import io.pinion.model.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads values of a GGUF header one after the other. Every count and length is checked against the
 * file before it is used, and what is kept in memory is bounded. Not thread-safe.
 */
final class GgufReader {
  private static final int MAX_NESTED_ARRAYS = 4;
  private static final int MAX_NESTED_ITEMS = 1 << 16;
  // Far more than tokenizers and templates need, and few enough for memory.
  private static final int MAX_CHARACTERS = 1 << 26;
  private static final int MAX_ITEMS = 1 << 24;
  private static final int TEXT = 8;
  private static final int ARRAY = 9;

  private final Path path;
  private final long size;
  private final ByteBuffer header;
  private int nested;
  private long characters;

  /**
   * @param header the file's bytes, as many as a buffer can hold
   * @param size of the file in bytes
   */
  GgufReader(Path path, ByteBuffer header, long size) {
    this.path = path;
    this.header = header;
    this.size = size;
  }

  long position() {
    return header.position();
  }

  int int32() {
    return header.getInt();
  }

  long int64() {
    return header.getLong();
  }

  /** Reads a count of at most {@code most} items that fit in the file at {@code least} bytes. */
  int count(String what, int least, int most) {
    long count = header.getLong();
    if (count < 0 || count > Math.min(most, (size - header.position()) / least)) {
      throw fault(
          "claims "
              + Long.toUnsignedString(count)
              + " "
              + what
              + ", more than its "
              + size
              + " bytes can hold or than the limit of "
              + most
              + ". It is damaged or truncated: download it again");
    }
    return (int) count;
  }

  /** A text that is kept in memory. */
  String text() {
    byte[] bytes = new byte[count("characters in a text", 1, MAX_CHARACTERS)];
    characters += bytes.length;
    if (characters > MAX_CHARACTERS) {
      throw fault("has keys and texts of more than " + MAX_CHARACTERS + " characters together");
    }
    header.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** A value of any type: a boxed number, a boolean, a text, or a list of them. */
  Object value(String key) {
    return value(header.getInt(), key, 0);
  }

  private Object value(int type, String key, int depth) {
    if (type == TEXT) {
      return text();
    }
    if (type == ARRAY) {
      return array(key, depth);
    }
    int at = header.position();
    skip(1, scalarBytes(type, key));
    return GgufArray.scalar(header, type, at);
  }

  private int scalarBytes(int type, String key) {
    int bytes = GgufArray.bytes(type);
    if (bytes == 0) {
      throw fault("has the unknown type " + type + " for key " + key);
    }
    return bytes;
  }

  private List<Object> array(String key, int depth) {
    if (depth == MAX_NESTED_ARRAYS) {
      throw fault("nests arrays too deeply in key " + key);
    }
    int type = header.getInt();
    int length = count("items in " + key, 1, MAX_ITEMS);
    if (type == TEXT) {
      return texts(length);
    }
    if (type == ARRAY) {
      return arrays(key, length, depth);
    }
    int from = header.position();
    skip(length, scalarBytes(type, key));
    return new GgufArray.Scalars(header, type, from, length);
  }

  private List<Object> texts(int length) {
    int[] positions = new int[0];
    for (int i = 0; i < length; i++) {
      if (i % GgufArray.Texts.STRIDE == 0) {
        int index = i / GgufArray.Texts.STRIDE;
        positions = index < positions.length ? positions : Arrays.copyOf(positions, 16 + 2 * index);
        positions[index] = header.position();
      }
      skip(count("characters in a text", 1, MAX_CHARACTERS), 1);
    }
    return new GgufArray.Texts(header, positions, length);
  }

  private List<Object> arrays(String key, int length, int depth) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      if (++nested > MAX_NESTED_ITEMS) {
        throw fault("has more than " + MAX_NESTED_ITEMS + " arrays inside others, in key " + key);
      }
      items.add(array(key, depth + 1));
    }
    return items;
  }

  /** Skips elements; a header that ends before them is truncated. */
  private void skip(int count, int bytes) {
    long end = header.position() + (long) count * bytes;
    if (end > header.limit()) {
      throw new java.nio.BufferUnderflowException();
    }
    header.position((int) end);
  }

  private ModelException fault(String what) {
    return new ModelException("GGUF file " + path + " " + what);
  }
}
