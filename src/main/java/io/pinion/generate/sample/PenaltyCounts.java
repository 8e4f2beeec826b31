package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;
import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;

/**
 * Counts tokens in the prompts and completions that penalties apply to, by slot. A slot is a number
 * that this class assigns; it is unrelated to slots of the KV cache.
 *
 * <p>Each slot in use holds a FLOAT32 {@code [2, vocabulary]} on the device: whether the prompt
 * contains a token, and how often the completion does. {@link #free} frees it; closing the sampler
 * frees all. Not thread-safe: callers hold the device's lease.
 */
public final class PenaltyCounts {
  /** The slot of sequences without penalties. */
  public static final int NONE = -1;

  private final GuardedModule module;
  private final int vocabularySize;
  private final List<NDArray> bySlot = new ArrayList<>();
  private final BitSet used = new BitSet();

  PenaltyCounts(GuardedModule module, int vocabularySize) {
    this.module = module;
    this.vocabularySize = vocabularySize;
  }

  /** Counts a prompt in a new slot. */
  public int start(int[] promptTokenIds) {
    try (NDManager scope = module.newScope()) {
      Shape shape = new Shape(2, vocabularySize);
      NDArray counts = scope.zeros(shape, DataType.FLOAT32, module.device());
      NDArray prompt = scope.create(longs(promptTokenIds));
      module.run(
          "start_counts",
          Map.of("prompt_token_ids", prompt, "counts", counts),
          tensor(prompt),
          tensor(counts));
      counts.attach(module.manager());
      return put(counts);
    }
  }

  /** Copies a slot's counts into a new slot. */
  public int copy(int slot) {
    return put(bySlot.get(slot).duplicate());
  }

  private int put(NDArray counts) {
    int slot = used.nextClearBit(0);
    used.set(slot);
    if (slot == bySlot.size()) {
      bySlot.add(counts);
    } else {
      bySlot.set(slot, counts);
    }
    return slot;
  }

  /** Counts a token of a completion in each slot; a slot may occur several times. */
  public void add(int[] slots, int[] tokens) {
    try (NDManager scope = module.newScope()) {
      add(slots, scope.create(longs(tokens)));
    }
  }

  /** Counts tokens that are on the device, INT64 {@code [slots]}. */
  void add(int[] slots, NDArray tokens) {
    module.run("count", Map.of("next_token_ids", tokens), tensors(of(slots)), tensor(tokens));
  }

  /** The counts of slots, which this class owns. */
  NDArray[] of(int[] slots) {
    return Arrays.stream(slots).mapToObj(bySlot::get).toArray(NDArray[]::new);
  }

  /** Frees a slot's memory; does nothing for {@link #NONE}. */
  public void free(int slot) {
    if (slot != NONE) {
      used.clear(slot);
      bySlot.set(slot, null).close();
    }
  }

  /** Frees every slot. */
  public void clear() {
    for (int slot : used.stream().toArray()) {
      free(slot);
    }
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
