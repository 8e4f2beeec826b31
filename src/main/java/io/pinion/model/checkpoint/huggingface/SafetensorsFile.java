package io.pinion.model.checkpoint.huggingface;

import com.fasterxml.jackson.databind.JsonNode;
import io.pinion.model.ModelException;
import io.pinion.model.checkpoint.MappedFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A safetensors file: eight bytes with the header's length, a JSON header, then the tensors' bytes.
 * Every length, shape and offset is checked against the file before it is used.
 */
final class SafetensorsFile implements AutoCloseable {
  /** The limit of the format's reference library. */
  private static final long MAX_HEADER_BYTES = 100_000_000;

  /** Bytes per element, for every type of the format. */
  private static final Map<String, Integer> NUMBER_BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E8M0", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("F64", 8),
          Map.entry("I64", 8),
          Map.entry("U64", 8));

  private final MappedFile file;
  private final Path path;
  private final long size;
  private final Map<String, Tensor> tensors = new LinkedHashMap<>();

  /**
   * A tensor of the file.
   *
   * @param type the format's name of the type, a key of {@link #NUMBER_BYTES}
   * @param offset from the beginning of the file, in bytes
   */
  record Tensor(String name, List<Long> shape, String type, long offset, long bytes) {}

  private SafetensorsFile(MappedFile file) {
    this.file = file;
    this.path = file.path();
    this.size = file.size();
  }

  /**
   * Reads a file's header.
   *
   * @throws ModelException if the file is not safetensors, is truncated, or is inconsistent
   */
  static SafetensorsFile open(Path path) {
    return MappedFile.open(
        path,
        mapped -> {
          SafetensorsFile file = new SafetensorsFile(mapped);
          file.readHeader();
          return file;
        });
  }

  Path path() {
    return path;
  }

  Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Bytes of a tensor, mapped. */
  ByteBuffer bytes(Tensor tensor, long from, long length) {
    return file.map(tensor.offset() + from, length);
  }

  private void readHeader() {
    if (size < 8) {
      throw fault("is truncated: it has " + size + " bytes. Download it again");
    }
    long length = file.map(0, 8).getLong();
    if (length < 2 || length > MAX_HEADER_BYTES || length > size - 8) {
      throw fault(
          "claims a header of "
              + Long.toUnsignedString(length)
              + " bytes, which its "
              + size
              + " bytes cannot hold. It is not safetensors, or is truncated: download it again");
    }
    String json = StandardCharsets.UTF_8.decode(file.map(8, length)).toString();
    JsonNode header = JsonFile.parse(json, "the header of safetensors file " + path);
    header
        .properties()
        .forEach(
            entry -> {
              if (!entry.getKey().equals("__metadata__")) {
                tensors.put(entry.getKey(), tensor(entry.getKey(), entry.getValue(), 8 + length));
              }
            });
    refuseOverlaps();
  }

  private Tensor tensor(String name, JsonNode entry, long begin) {
    String type = entry.path("dtype").asText();
    Integer numberBytes = NUMBER_BYTES.get(type);
    if (numberBytes == null) {
      throw fault("has tensor " + name + " with the unknown type '" + type + "'");
    }
    List<Long> shape = shape(name, entry.path("shape"));
    JsonNode offsets = entry.path("data_offsets");
    if (!offsets.isArray()
        || offsets.size() != 2
        || !offsets.get(0).canConvertToLong()
        || !offsets.get(1).canConvertToLong()) {
      throw fault("has tensor " + name + " without two data_offsets");
    }
    long from = offsets.get(0).asLong();
    long to = offsets.get(1).asLong();
    long room = size - begin;
    if (from < 0 || to < from || to > room) {
      throw fault(
          "is truncated or damaged: tensor "
              + name
              + " is at bytes "
              + from
              + " to "
              + to
              + " of "
              + room
              + ". Download it again");
    }
    if (to - from != elements(name, shape, room) * numberBytes) {
      throw fault(
          "has tensor "
              + name
              + " with "
              + (to - from)
              + " bytes, which do not match the shape "
              + shape
              + " in "
              + type);
    }
    return new Tensor(name, shape, type, begin + from, to - from);
  }

  private List<Long> shape(String name, JsonNode sides) {
    List<Long> shape = new ArrayList<>();
    for (JsonNode side : sides) {
      shape.add(side.canConvertToLong() && side.isIntegralNumber() ? side.asLong() : -1);
    }
    if (!sides.isArray() || shape.stream().anyMatch(side -> side < 0)) {
      throw fault("has tensor " + name + " with the impossible shape " + sides);
    }
    return shape;
  }

  /** The product of the dimensions; refused if it exceeds {@code most}. */
  private long elements(String name, List<Long> shape, long most) {
    long elements = 1;
    for (long side : shape) {
      if (side > 0 && elements > most / side) {
        throw fault("has tensor " + name + " with the impossible shape " + shape);
      }
      elements *= side;
    }
    return elements;
  }

  private void refuseOverlaps() {
    List<Tensor> sorted = new ArrayList<>(tensors.values());
    sorted.removeIf(tensor -> tensor.bytes() == 0);
    sorted.sort(Comparator.comparingLong(Tensor::offset));
    for (int i = 1; i < sorted.size(); i++) {
      Tensor before = sorted.get(i - 1);
      if (before.offset() + before.bytes() > sorted.get(i).offset()) {
        throw fault("has overlapping tensors " + before.name() + " and " + sorted.get(i).name());
      }
    }
  }

  private ModelException fault(String what) {
    return new ModelException("safetensors file " + path + " " + what);
  }

  @Override
  public void close() {
    file.close();
  }
}
