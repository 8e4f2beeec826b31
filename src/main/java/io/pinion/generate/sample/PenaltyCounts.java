package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Counts tokens in the prompts and completions that penalties apply to, by slot. A slot is a number
 * that this class assigns; it is unrelated to slots of the KV cache.
 *
 * <p>The counts of all slots are one table on the device, so that a step counts and penalises all
 * its rows by one operation each. Its memory is freed when no slot is in use. Not thread-safe:
 * callers hold the device's lease.
 */
public final class PenaltyCounts {
  /** The slot of sequences without penalties. */
  public static final int NONE = -1;

  private final GuardedModule module;
  private final int vocabularySize;
  private final BitSet used = new BitSet();
  private NDArray table;

  PenaltyCounts(GuardedModule module, int vocabularySize) {
    this.module = module;
    this.vocabularySize = vocabularySize;
  }

  /** Counts a prompt in a new slot. */
  public int start(int[] promptTokenIds) {
    int slot = newSlot();
    try (NDManager scope = module.newScope()) {
      NDArray prompt = scope.create(Arrays.stream(promptTokenIds).asLongStream().toArray());
      module.run(
          "start_counts",
          Map.of("prompt_token_ids", prompt, "counts", table),
          tensor(table),
          IValue.from((long) slot),
          tensor(prompt));
    }
    used.set(slot);
    return slot;
  }

  /** Copies a slot's counts into a new slot. */
  public int copy(int slot) {
    int copy = newSlot();
    module.run(
        "copy_counts",
        Map.of("counts", table),
        tensor(table),
        IValue.from((long) slot),
        IValue.from((long) copy));
    used.set(copy);
    return copy;
  }

  /** A free slot, for which the table has room. */
  private int newSlot() {
    int slot = used.nextClearBit(0);
    if (table == null) {
      Shape shape = new Shape(1, 2, vocabularySize);
      table = module.manager().zeros(shape, DataType.FLOAT32, module.device());
    }
    long rows = table.getShape().get(0);
    if (slot >= rows) {
      NDArray larger =
          module.call(
              module.manager(),
              "grow_counts",
              Map.of("counts", table),
              tensor(table),
              IValue.from(2 * rows));
      table.close();
      table = larger;
    }
    return slot;
  }

  /** Counts a token of a completion in each slot; a slot may occur several times. */
  public void add(int[] slots, int[] tokens) {
    if (slots.length == 0) {
      return;
    }
    try (NDManager scope = module.newScope()) {
      NDArray both =
          scope.create(
              IntStream.concat(Arrays.stream(slots), Arrays.stream(tokens))
                  .asLongStream()
                  .toArray(),
              new Shape(2, slots.length));
      module.run("count", Map.of("next_token_ids", both), tensor(table), tensor(both));
    }
  }

  /**
   * The counts, FLOAT32 {@code [slots, 2, vocabulary]}: whether the prompt contains a token, and
   * how often the completion does. This class owns them.
   */
  NDArray table() {
    return table;
  }

  /** Frees a slot; does nothing for {@link #NONE}. */
  public void free(int slot) {
    if (slot != NONE) {
      used.clear(slot);
      if (used.isEmpty()) {
        table.close();
        table = null;
      }
    }
  }

  /** Frees every slot. */
  public void clear() {
    for (int slot : used.stream().toArray()) {
      free(slot);
    }
  }
}
