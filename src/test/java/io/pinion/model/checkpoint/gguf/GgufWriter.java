package io.pinion.model.checkpoint.gguf;

import io.pinion.model.TensorType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes GGUF files for tests, from the format's specification. It checks nothing, so that it can
 * write broken files too.
 */
public final class GgufWriter {

  /** The kinds of metadata values, in the order of their numbers in a file. */
  public enum Kind {
    UINT8,
    INT8,
    UINT16,
    INT16,
    UINT32,
    INT32,
    FLOAT32,
    BOOL,
    STRING,
    ARRAY,
    UINT64,
    INT64,
    FLOAT64
  }

  /** An array among the metadata. */
  public record Items(Kind kind, List<?> values) {}

  private record Entry(String key, int kind, Object value) {}

  private record Tensor(String name, int type, byte[] data, Long offset, long[] shape) {}

  /** GGML's number of each type. */
  private static final Map<TensorType, Integer> NUMBERS =
      Map.ofEntries(
          Map.entry(TensorType.F32, 0),
          Map.entry(TensorType.F16, 1),
          Map.entry(TensorType.Q4_0, 2),
          Map.entry(TensorType.Q4_1, 3),
          Map.entry(TensorType.Q5_0, 6),
          Map.entry(TensorType.Q5_1, 7),
          Map.entry(TensorType.Q8_0, 8),
          Map.entry(TensorType.Q4_K, 12),
          Map.entry(TensorType.Q5_K, 13),
          Map.entry(TensorType.Q6_K, 14),
          Map.entry(TensorType.BF16, 30));

  private final int version;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int alignment = 32;
  private int headerBytes;

  public GgufWriter(int version) {
    this.version = version;
  }

  /** The padding of tensors; the key {@code general.alignment} is the caller's to set. */
  GgufWriter alignment(int alignment) {
    this.alignment = alignment;
    return this;
  }

  public GgufWriter put(String key, Kind kind, Object value) {
    entries.add(new Entry(key, kind.ordinal(), value));
    return this;
  }

  /** Replaces a value, or takes it away where {@code value} is null. */
  GgufWriter replace(String key, Kind kind, Object value) {
    entries.removeIf(entry -> entry.key().equals(key));
    return value == null ? this : put(key, kind, value);
  }

  /** Sets a value of a kind that does not exist, stored in four bytes. */
  GgufWriter putUnknown(String key, int kind) {
    entries.add(new Entry(key, kind, 0));
    return this;
  }

  /**
   * Adds a tensor after those there.
   *
   * @param shape GGUF's order: the length of a row first
   */
  public GgufWriter tensor(String name, TensorType type, byte[] data, long... shape) {
    tensors.add(new Tensor(name, NUMBERS.get(type), data, null, shape));
    return this;
  }

  /** Adds a tensor with any type number, and the offset that the file shall give for it. */
  GgufWriter rawTensor(String name, int type, byte[] data, long offset, long... shape) {
    tensors.add(new Tensor(name, type, data, offset, shape));
    return this;
  }

  GgufWriter removeTensor(String name) {
    tensors.removeIf(tensor -> tensor.name().equals(name));
    return this;
  }

  public Path write(Path path) {
    try {
      return Files.write(path, toBytes());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  byte[] toBytes() {
    bytes.reset();
    bytes.writeBytes("GGUF".getBytes(StandardCharsets.US_ASCII));
    uint32(version);
    uint64(tensors.size());
    uint64(entries.size());
    for (Entry entry : entries) {
      text(entry.key());
      uint32(entry.kind());
      value(entry.kind(), entry.value());
    }
    describeTensors();
    headerBytes = bytes.size();
    for (Tensor tensor : tensors) {
      bytes.writeBytes(new byte[(int) (padded(bytes.size()) - bytes.size())]);
      bytes.writeBytes(tensor.data());
    }
    return bytes.toByteArray();
  }

  /** How many bytes stood before the tensors, and before their padding, in what was last made. */
  int headerBytes() {
    return headerBytes;
  }

  private void describeTensors() {
    long offset = 0;
    for (Tensor tensor : tensors) {
      text(tensor.name());
      uint32(tensor.shape().length);
      for (long side : tensor.shape()) {
        uint64(side);
      }
      uint32(tensor.type());
      uint64(tensor.offset() == null ? offset : tensor.offset());
      offset = padded(offset + tensor.data().length);
    }
  }

  private long padded(long size) {
    return (size + alignment - 1) / alignment * alignment;
  }

  private void value(int kind, Object value) {
    Kind[] kinds = Kind.values();
    if (kind < 0 || kind >= kinds.length) {
      uint32(0);
      return;
    }
    switch (kinds[kind]) {
      case UINT8, INT8 -> bytes.write(((Number) value).intValue());
      case UINT16, INT16 -> little(2, ((Number) value).longValue());
      case UINT32, INT32 -> little(4, ((Number) value).longValue());
      case UINT64, INT64 -> uint64(((Number) value).longValue());
      case FLOAT32 -> little(4, Float.floatToRawIntBits(((Number) value).floatValue()));
      case FLOAT64 -> uint64(Double.doubleToRawLongBits(((Number) value).doubleValue()));
      case BOOL -> bytes.write((boolean) value ? 1 : 0);
      case STRING -> text((String) value);
      case ARRAY -> items((Items) value);
    }
  }

  private void items(Items items) {
    uint32(items.kind().ordinal());
    uint64(items.values().size());
    items.values().forEach(item -> value(items.kind().ordinal(), item));
  }

  private void text(String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    uint64(encoded.length);
    bytes.writeBytes(encoded);
  }

  private void uint32(int value) {
    little(4, value);
  }

  private void uint64(long value) {
    little(8, value);
  }

  private void little(int length, long value) {
    byte[] all = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array();
    bytes.write(all, 0, length);
  }
}
