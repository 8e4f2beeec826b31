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
 * The masks used last, as rows on the device that are added to logits: 0 where a token is allowed,
 * -3.0e38 where not. The rows of a job are mostly in the same few rowByMask of the same guide, so a
 * mask is seldom new.
 *
 * <p>Not thread-safe: callers hold the device's lease. The module that made it owns its memory.
 */
final class MaskCache {
  private final GuardedModule module;
  private final int vocabularySize;
  private final int capacity;
  private NDArray table;
  private final Map<ByteBuffer, Integer> rowByMask = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity how many masks it holds; a step must not need more
   */
  MaskCache(GuardedModule module, int vocabularySize, int capacity) {
    this.module = module;
    this.vocabularySize = vocabularySize;
    this.capacity = capacity;
  }

  /**
   * The cached masks, FLOAT32 {@code [masks, vocabulary]}; it takes memory from the first call on.
   */
  NDArray table() {
    if (table == null) {
      Shape shape = new Shape(capacity, vocabularySize);
      table = module.manager().zeros(shape, DataType.FLOAT32, module.device());
    }
    return table;
  }

  /**
   * Which rows of the table hold masks, INT64 {@code [masks]}.
   *
   * @param masks the bits of allowed tokens, lowest first, {@code (vocabulary + 7) / 8} bytes each
   *     that nobody changes
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
        // Rows without their masks would be found by later steps.
        rowByMask.clear();
        throw e;
      }
    }
    return scope.create(rows);
  }

  /** A free row, or that of the mask that was not used for longest. */
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
