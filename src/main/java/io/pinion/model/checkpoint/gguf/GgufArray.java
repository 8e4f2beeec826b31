package io.pinion.model.checkpoint.gguf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * An array of a GGUF file's metadata. Elements are read from the mapped file when they are asked
 * for, so that an array takes no heap, however long it is. Immutable and thread-safe.
 */
abstract class GgufArray extends AbstractList<Object> implements RandomAccess {
  private final int size;

  private GgufArray(int size) {
    this.size = size;
  }

  @Override
  public final int size() {
    return size;
  }

  /** How many bytes a number or boolean takes; 0 for a type of another kind. */
  static int bytes(int type) {
    return switch (type) {
      case 0, 1, 7 -> 1;
      case 2, 3 -> 2;
      case 4, 5, 6 -> 4;
      case 10, 11, 12 -> 8;
      default -> 0;
    };
  }

  /** A number or boolean at a position. */
  static Object scalar(ByteBuffer file, int type, int at) {
    return switch (type) {
      case 0 -> file.get(at) & 0xff;
      case 1 -> (int) file.get(at);
      case 2 -> file.getShort(at) & 0xffff;
      case 3 -> (int) file.getShort(at);
      case 4 -> file.getInt(at) & 0xffffffffL;
      case 5 -> file.getInt(at);
      case 6 -> file.getFloat(at);
      case 7 -> file.get(at) != 0;
      case 10, 11 -> file.getLong(at);
      case 12 -> file.getDouble(at);
      default -> throw new IllegalArgumentException("type " + type);
    };
  }

  /** Numbers or booleans of a type, from a position on. */
  static final class Scalars extends GgufArray {
    private final ByteBuffer file;
    private final int type;
    private final int from;

    Scalars(ByteBuffer file, int type, int from, int size) {
      super(size);
      this.file = file;
      this.type = type;
      this.from = from;
    }

    @Override
    public Object get(int index) {
      return scalar(file, type, from + Objects.checkIndex(index, size()) * bytes(type));
    }
  }

  /** Texts, each with its length before it. */
  static final class Texts extends GgufArray {
    /** One position in so many is kept; the others are found by walking from there. */
    static final int STRIDE = 32;

    private final ByteBuffer file;
    private final int[] positions;

    /**
     * @param positions of every text whose index is a multiple of {@link #STRIDE}
     */
    Texts(ByteBuffer file, int[] positions, int size) {
      super(size);
      this.file = file;
      this.positions = positions;
    }

    @Override
    public Object get(int index) {
      Objects.checkIndex(index, size());
      int at = positions[index / STRIDE];
      for (int i = 0; i < index % STRIDE; i++) {
        at += Long.BYTES + (int) file.getLong(at);
      }
      byte[] bytes = new byte[(int) file.getLong(at)];
      file.get(at + Long.BYTES, bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }
}
