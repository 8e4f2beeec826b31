package io.pinion.model.checkpoint.gguf;

import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.MappedFile;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A GGUF file (version 2 or 3): its metadata and the location of its tensors. Every count, length
 * and offset is checked against the file before it is used.
 */
final class GgufFile implements AutoCloseable {
  private static final int MAGIC = 0x46554747;
  private static final int MAX_DIMENSIONS = 4;
  // Far more than models have, and few enough for memory.
  private static final int MAX_ENTRIES = 1 << 16;
  private static final int MAX_TENSORS = 1 << 17;

  private final MappedFile file;
  private final Path path;
  private final long size;
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();
  private GgufReader header;

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
    header = new GgufReader(path, file.map(0, Math.min(size, Integer.MAX_VALUE)), size);
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
    if (size < 8 || header.int32() != MAGIC) {
      throw fault("is not a GGUF file: it does not begin with the letters GGUF", null);
    }
    int version = header.int32();
    if (version != 2 && version != 3) {
      throw fault("has GGUF version " + version + "; supported are 2 and 3 (little-endian)", null);
    }
    int tensorCount = header.count("tensors", 24, MAX_TENSORS);
    readMetadata(header.count("metadata entries", 13, MAX_ENTRIES));
    readTensors(tensorCount);
    refuseOverlaps();
  }

  private void readMetadata(int count) {
    for (int i = 0; i < count; i++) {
      String key = header.text();
      if (metadata.put(key, header.value(key)) != null) {
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

  private Tensor tensor() {
    String name = header.text();
    int dimensions = header.int32();
    if (dimensions < 1 || dimensions > MAX_DIMENSIONS) {
      throw fault(
          "has tensor " + name + " with " + dimensions + " dimensions; 1 to 4 are possible", null);
    }
    long[] shape = new long[dimensions];
    for (int i = 0; i < dimensions; i++) {
      shape[i] = header.int64();
    }
    int number = header.int32();
    TensorType type =
        GgufTypes.of(number)
            .orElseThrow(
                () ->
                    fault(
                        "stores tensor "
                            + name
                            + " in type "
                            + GgufTypes.name(number)
                            + ", which is not supported. Supported are "
                            + GgufTypes.supported()
                            + ": convert the model to one of them",
                        null));
    return new Tensor(name, shape, type, header.int64(), bytes(name, shape, type));
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
