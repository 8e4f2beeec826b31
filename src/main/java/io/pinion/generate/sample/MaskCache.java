package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.generate.sequence.Sequence;
import io.pinion.torch.TorchScriptModule;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The masks used last, as rows on the device that are added to logits: 0 where a token is allowed,
 * -3.0e38 where not. The rows of a job are mostly in the same few places of the same guide, so a
 * mask is seldom new.
 *
 * <p>Not thread-safe: callers hold the device's lease. The module that made it owns its memory.
 */
final class MaskCache {
  private final TorchScriptModule module;
  private final Device device;
  private final int vocabularySize;
  private final int capacity;
  private NDArray table;
  private final Map<ByteBuffer, Integer> places = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param capacity how many masks it holds; a step must not need more
   */
  MaskCache(TorchScriptModule module, Device device, int vocabularySize, int capacity) {
    this.module = module;
    this.device = device;
    this.vocabularySize = vocabularySize;
    this.capacity = capacity;
  }

  /** The table, FLOAT32 {@code [masks, vocabulary]}; it takes memory from the first call on. */
  NDArray table() {
    if (table == null) {
      table = module.manager().zeros(new Shape(capacity, vocabularySize), DataType.FLOAT32, device);
    }
    return table;
  }

  /** Where in the table the masks of sequences stand, INT64 {@code [sequences]}. */
  NDArray rows(NDManager scope, List<Sequence> sequences) {
    long[] rows = new long[sequences.size()];
    List<byte[]> added = new ArrayList<>();
    List<Long> addedAt = new ArrayList<>();
    for (int i = 0; i < rows.length; i++) {
      byte[] allowed = sequences.get(i).allowed;
      Integer known = places.get(ByteBuffer.wrap(allowed));
      if (known == null) {
        known = place();
        places.put(ByteBuffer.wrap(allowed), known);
        added.add(allowed);
        addedAt.add((long) known);
      }
      rows[i] = known;
    }
    if (!added.isEmpty()) {
      try {
        store(scope, added, addedAt.stream().mapToLong(Long::longValue).toArray());
      } catch (RuntimeException | Error e) {
        // Places without their masks would be found by later steps.
        places.clear();
        throw e;
      }
    }
    return scope.create(rows);
  }

  /** A free row, or that of the mask that was not used for longest. */
  private int place() {
    if (places.size() < capacity) {
      return places.size();
    }
    Iterator<Integer> oldest = places.values().iterator();
    int place = oldest.next();
    oldest.remove();
    return place;
  }

  private void store(NDManager scope, List<byte[]> masks, long[] at) {
    int width = (vocabularySize + 7) / 8;
    ByteBuffer bits = ByteBuffer.allocateDirect(masks.size() * width);
    masks.forEach(bits::put);
    ByteBuffer powers = ByteBuffer.allocateDirect(8);
    for (int i = 0; i < 8; i++) {
      powers.put((byte) (1 << i));
    }
    module.run(
        "store_masks",
        tensor(table()),
        tensor(scope.create(at)),
        tensor(scope.create(bits.flip(), new Shape(masks.size(), width), DataType.UINT8)),
        tensor(scope.create(powers.flip(), new Shape(8), DataType.UINT8)),
        IValue.from((long) vocabularySize));
  }
}
