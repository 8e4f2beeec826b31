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
  private final Map<TokenMask, Integer> rowByMask = new LinkedHashMap<>(16, 0.75f, true);

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

  /** The rows of masks in the table; adds masks that are not cached. */
  int[] rows(NDManager scope, List<TokenMask> masks) {
    int[] rows = new int[masks.size()];
    List<TokenMask> added = new ArrayList<>();
    List<Long> addedAt = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      TokenMask mask = masks.get(i);
      Integer known = rowByMask.get(mask);
      if (known == null) {
        known = freeRow();
        rowByMask.put(mask, known);
        added.add(mask);
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
    return rows;
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

  private void store(NDManager scope, List<TokenMask> masks, long[] at) {
    int width = (vocabularySize + 7) / 8;
    ByteBuffer bits = ByteBuffer.allocateDirect(masks.size() * width);
    masks.forEach(mask -> bits.put(mask.bits()));
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
