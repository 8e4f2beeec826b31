package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Caches the most recent masks on the device, as rows to add to logits: 0 where a token is allowed,
 * -3.0e38 where not. Most rows of a job are in the same few states of the same guide, so new masks
 * are rare.
 *
 * <p>Not thread-safe: callers hold the device's lease. The module owns its memory.
 */
final class MaskCache {
  private final GuardedModule module;
  private final int vocabularySize;
  private final int capacity;
  private NDArray table;
  private final Map<ByteBuffer, Integer> rowByMask = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity maximum number of masks; a step must not need more
   */
  MaskCache(GuardedModule module, int vocabularySize, int capacity) {
    this.module = module;
    this.vocabularySize = vocabularySize;
    this.capacity = capacity;
  }

  /** The cached masks, FLOAT32 {@code [capacity, vocabulary]}; allocated by the first call. */
  NDArray table() {
    if (table == null) {
      Shape shape = new Shape(capacity, vocabularySize);
      table = module.manager().zeros(shape, DataType.FLOAT32, module.device());
    }
    return table;
  }

  /**
   * The rows of masks in the table, INT64 {@code [masks]}; adds masks that are not cached.
   *
   * @param masks the bits of allowed tokens, lowest first, {@code (vocabulary + 7) / 8} bytes each,
   *     which must not change
   */
  NDArray rows(NDManager scope, List<byte[]> masks) {
    long[] rows = new long[masks.size()];
    List<byte[]> added = new ArrayList<>();
    List<Long> addedAt = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      byte[] allowed = masks.get(i);
      Integer known = rowByMask.get(ByteBuffer.wrap(allowed));
      if (known == null) {
        known = freeRow();
        rowByMask.put(ByteBuffer.wrap(allowed), known);
        added.add(allowed);
        addedAt.add((long) known);
      }
      rows[i] = known;
    }
    if (!added.isEmpty()) {
      try {
        store(scope, added, addedAt.stream().mapToLong(Long::longValue).toArray());
      } catch (RuntimeException | Error e) {
        // Later steps would find rows into which no mask was stored.
        rowByMask.clear();
        throw e;
      }
    }
    return scope.create(rows);
  }

  /** A free row, or the row of the least recently used mask, which is evicted. */
  private int freeRow() {
    if (rowByMask.size() < capacity) {
      return rowByMask.size();
    }
    Iterator<Integer> oldest = rowByMask.values().iterator();
    int row = oldest.next();
    oldest.remove();
    return row;
  }

  private void store(NDManager scope, List<byte[]> masks, long[] at) {
    int width = (vocabularySize + 7) / 8;
    ByteBuffer bits = ByteBuffer.allocateDirect(masks.size() * width);
    masks.forEach(bits::put);
    ByteBuffer powers = ByteBuffer.allocateDirect(8);
    for (int i = 0; i < 8; i++) {
      powers.put((byte) (1 << i));
    }
    NDArray rows = scope.create(at);
    NDArray packed = scope.create(bits.flip(), new Shape(masks.size(), width), DataType.UINT8);
    module.run(
        "store_masks",
        Map.of("mask", table(), "mask_rows", rows, "mask_bits", packed),
        tensor(table()),
        tensor(rows),
        tensor(packed),
        tensor(scope.create(powers.flip(), new Shape(8), DataType.UINT8)),
        IValue.from((long) vocabularySize));
  }
}
