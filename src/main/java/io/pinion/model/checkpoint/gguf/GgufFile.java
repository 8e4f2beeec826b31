package io.pinion.model.checkpoint.gguf;

import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.MappedFile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A GGUF file (version 2 or 3): its metadata and the location of its tensors. Every count, length
 * and offset is checked against the file before it is used.
 */
final class GgufFile implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_DIMENSIONS = 4;
  private static final int MAX_NESTED_ARRAYS = 4;
  // Far more than tokenizers and templates need, and few enough for memory.
  private static final int MAX_CHARACTERS = 1 << 26;
  private static final int MAX_ITEMS = 1 << 24;

  /** The types that Pinion reads, by GGML's type number. */
  private static final Map<Integer, TensorType> TYPES =
      Map.ofEntries(
          Map.entry(0, TensorType.F32),
          Map.entry(1, TensorType.F16),
          Map.entry(2, TensorType.Q4_0),
          Map.entry(3, TensorType.Q4_1),
          Map.entry(6, TensorType.Q5_0),
          Map.entry(7, TensorType.Q5_1),
          Map.entry(8, TensorType.Q8_0),
          Map.entry(12, TensorType.Q4_K),
          Map.entry(13, TensorType.Q5_K),
          Map.entry(14, TensorType.Q6_K),
          Map.entry(30, TensorType.BF16));

  private final MappedFile file;
  private final Path path;
  private final long size;
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private ByteBuffer header;

  /**
   * A tensor of the file.
   *
   * @param shape in GGUF's order: the length of a row first
   * @param offset from the beginning of the file, in bytes
   */
  record Tensor(String name, long[] shape, TensorType type, long offset, long bytes) {}

  private GgufFile(MappedFile file) {
    this.file = file;
    this.path = file.path();
    this.size = file.size();
  }

  /**
   * Reads a file's header.
   *
   * @throws ModelException if the file is not GGUF, is truncated, or is inconsistent
   */
  static GgufFile open(Path path) {
    return MappedFile.open(
        path,
        mapped -> {
          GgufFile file = new GgufFile(mapped);
          file.read();
          return file;
        });
  }

  Path path() {
    return path;
  }

  /** Metadata by key: boxed numbers, strings, booleans, and lists of them. */
  Map<String, Object> metadata() {
    return metadata;
  }

  Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Bytes of a tensor, mapped. */
  ByteBuffer bytes(Tensor tensor, long from, long length) {
    return file.map(tensor.offset() + from, length);
  }

  private void read() {
    header = file.map(0, Math.min(size, Integer.MAX_VALUE));
    try {
      readHeader();
    } catch (BufferUnderflowException e) {
      throw fault(
          "is truncated: its header does not end within its " + size + " bytes. Download it again",
          e);
    } finally {
      header = null;
    }
  }

  private void readHeader() {
    if (size < 8 || header.getInt() != MAGIC) {
      throw fault("is not a GGUF file: it does not begin with the letters GGUF", null);
    }
    int version = header.getInt();
    if (version != 2 && version != 3) {
      throw fault("has GGUF version " + version + "; supported are 2 and 3 (little-endian)", null);
    }
    int tensorCount = count("tensors", 24, MAX_ITEMS);
    readMetadata(count("metadata entries", 13, MAX_ITEMS));
    readTensors(tensorCount);
    refuseOverlaps();
  }

  private void readMetadata(int count) {
    for (int i = 0; i < count; i++) {
      String key = string();
      if (metadata.put(key, value(header.getInt(), key, 0)) != null) {
        throw fault("has key " + key + " twice", null);
      }
    }
  }

  private void readTensors(int count) {
    List<Tensor> relative = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      relative.add(tensor());
    }
    long alignment = alignment();
    long begin = (header.position() + alignment - 1) / alignment * alignment;
    for (Tensor tensor : relative) {
      if (tensor.offset() % alignment != 0) {
        throw fault(
            "puts tensor "
                + tensor.name()
                + " at offset "
                + tensor.offset()
                + ", which is not a multiple of its alignment "
                + alignment,
            null);
      }
      place(tensor, begin);
    }
  }

  private long alignment() {
    Object value = metadata.getOrDefault("general.alignment", 32);
    long alignment =
        value instanceof Integer || value instanceof Long ? ((Number) value).longValue() : 0;
    if (alignment < 1 || alignment > 1 << 20 || Long.bitCount(alignment) != 1) {
      throw fault(
          "has general.alignment " + value + ", which is not a power of two up to 1048576", null);
    }
    return alignment;
  }

  /** Reads a count of at most {@code most} items that fit in the file at {@code least} bytes. */
  private int count(String what, int least, int most) {
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
              + ". It is damaged or truncated: download it again",
          null);
    }
    return (int) count;
  }

  private String string() {
    byte[] bytes = new byte[count("characters in a text", 1, MAX_CHARACTERS)];
    header.get(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private Object value(int type, String key, int depth) {
    return switch (type) {
      case 0 -> header.get() & 0xff;
      case 1 -> (int) header.get();
      case 2 -> header.getShort() & 0xffff;
      case 3 -> (int) header.getShort();
      case 4 -> header.getInt() & 0xffffffffL;
      case 5 -> header.getInt();
      case 6 -> header.getFloat();
      case 7 -> header.get() != 0;
      case 8 -> string();
      case 9 -> array(key, depth);
      case 10, 11 -> header.getLong();
      case 12 -> header.getDouble();
      default -> throw fault("has the unknown type " + type + " for key " + key, null);
    };
  }

  private List<Object> array(String key, int depth) {
    if (depth == MAX_NESTED_ARRAYS) {
      throw fault("nests arrays too deeply in key " + key, null);
    }
    int type = header.getInt();
    int length = count("items in " + key, 1, MAX_ITEMS);
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      items.add(value(type, key, depth + 1));
    }
    return items;
  }

  private Tensor tensor() {
    String name = string();
    int dimensions = header.getInt();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw fault(
          "has tensor " + name + " with " + dimensions + " dimensions; 1 to 4 are possible", null);
    }
    long[] shape = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      shape[i] = header.getLong();
    }
    int number = header.getInt();
    TensorType type = TYPES.get(number);
    if (type == null) {
      throw fault(
          "stores tensor "
              + name
              + " in GGML type "
              + number
              + ", which is not supported. Supported are "
              + TYPES.values().stream().sorted().map(Enum::name).collect(Collectors.joining(", ")),
          null);
    }
    return new Tensor(name, shape, type, header.getLong(), bytes(name, shape, type));
  }

  private long bytes(String name, long[] shape, TensorType type) {
    long elements = 1;
    for (long side : shape) {
      if (side < 1 || side > size * 4 / elements) {
        throw fault(
            "has tensor " + name + " with the impossible shape " + Arrays.toString(shape), null);
      }
      elements *= side;
    }
    if (shape[0] % type.blockElements() != 0) {
      throw fault(
          "has tensor "
              + name
              + " with rows of "
              + shape[0]
              + " numbers, which is not a multiple of the "
              + type.blockElements()
              + " of a "
              + type
              + " block",
          null);
    }
    return elements / type.blockElements() * type.blockBytes();
  }

  private void place(Tensor tensor, long begin) {
    long end = begin + tensor.offset() + tensor.bytes();
    if (tensor.offset() < 0 || tensor.offset() > size || end > size) {
      throw fault(
          "is truncated: tensor "
              + tensor.name()
              + " ends at byte "
              + Long.toUnsignedString(end)
              + " and the file has "
              + size
              + ". Download it again",
          null);
    }
    Tensor placed =
        new Tensor(
            tensor.name(), tensor.shape(), tensor.type(), begin + tensor.offset(), tensor.bytes());
    if (tensors.put(tensor.name(), placed) != null) {
      throw fault("has tensor " + tensor.name() + " twice", null);
    }
  }

  private void refuseOverlaps() {
    List<Tensor> sorted = new ArrayList<>(tensors.values());
    sorted.sort(Comparator.comparingLong(Tensor::offset));
    for (int i = 1; i < sorted.size(); i++) {
      Tensor before = sorted.get(i - 1);
      if (before.offset() + before.bytes() > sorted.get(i).offset()) {
        throw fault(
            "has overlapping tensors " + before.name() + " and " + sorted.get(i).name(), null);
      }
    }
  }

  private ModelException fault(String what, Exception cause) {
    return new ModelException("GGUF file " + path + " " + what, cause);
  }

  @Override
  public void close() {
    file.close();
  }
}
