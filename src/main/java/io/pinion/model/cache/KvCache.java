package io.pinion.model.cache;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.LanguageModel;
import io.pinion.model.decoder.StepSlice;
import io.pinion.torch.TorchScriptModule;
import java.util.List;

/**
 * The keys and values of a model's sequences in its stages' memory: how much room there is, and
 * what is copied where. Not thread-safe: callers hold the device's lease.
 */
public abstract class KvCache {
  /** How many prefixes are kept at most. */
  public static final int PREFIXES = 4;

  /** Lengths are multiples of it. */
  public static final int STEP = 32;

  /** How many tokens of each slot it holds. */
  final int[] lengths;

  final int[] prefixLengths = new int[PREFIXES];
  final List<TorchScriptModule> stages;
  private final List<Device> devices;
  private final int firstSlot;
  private int rows = 1;
  private int length = STEP;

  /**
   * @param firstSlot how many rows of the cache come before slot 0
   * @param slots how many sequences there may be
   */
  KvCache(List<TorchScriptModule> stages, List<Device> devices, int firstSlot, int slots) {
    this.stages = stages;
    this.devices = devices;
    this.firstSlot = firstSlot;
    this.lengths = new int[slots];
  }

  /** How long rows are made to hold a number of tokens, where they are so long now. */
  abstract int fitting(int needed, int now);

  /** How many entries of the cache's third dimension hold so many tokens. */
  abstract long blocks(int tokens);

  /** What the forward pass needs to know of a slice of a step, as it takes it. */
  public abstract List<IValue> arguments(StepSlice slice, NDManager scope);

  /** Makes room for a step and counts its tokens as held. */
  public void begin(LanguageModel.Step step) {
    int longest = 0;
    for (int i = 0; i < step.counts().length; i++) {
      lengths[i] = step.starts()[i] + step.counts()[i];
      longest = Math.max(longest, lengths[i]);
    }
    fit(step.counts().length, longest);
  }

  /** See {@link LanguageModel#copySlots}. */
  public abstract void copySlots(int[] from, int[] to);

  /** See {@link LanguageModel#savePrefix}. */
  public abstract void savePrefix(int prefix, int slot, int tokens);

  /** See {@link LanguageModel#dropPrefix}. */
  public abstract void dropPrefix(int prefix);

  /** See {@link LanguageModel#loadPrefix}. */
  public abstract void loadPrefix(int prefix, int[] into, int tokens);

  /** Counts a prefix's tokens as held by slots, for which there is room then. */
  final void hold(int prefix, int[] into, int tokens) {
    if (tokens > prefixLengths[prefix]) {
      throw new IllegalArgumentException(
          "prefix " + prefix + " has " + prefixLengths[prefix] + " tokens, not " + tokens);
    }
    int highest = -1;
    for (int slot : into) {
      lengths[slot] = tokens;
      highest = Math.max(highest, slot);
    }
    fitSlots(highest + 1);
  }

  /**
   * Counts what slots hold as held by others, for which there is room then.
   *
   * @return the most tokens of one
   */
  final int moveLengths(int[] from, int[] to) {
    int[] before = lengths.clone();
    int longest = 0;
    int highest = 0;
    for (int i = 0; i < from.length; i++) {
      lengths[to[i]] = before[from[i]];
      longest = Math.max(longest, before[from[i]]);
      highest = Math.max(highest, Math.max(from[i], to[i]));
    }
    fitSlots(highest + 1);
    return longest;
  }

  /** Gives the first slots room for a number of tokens. */
  final void fit(int slots, int tokens) {
    int needed = firstSlot + slots;
    int most = firstSlot + lengths.length;
    int newRows = needed <= rows ? rows : Math.max(needed, Math.min(most, 2 * rows));
    int newLength = fitting(tokens, length);
    if (newRows != rows || newLength != length) {
      for (TorchScriptModule stage : stages) {
        stage.run(
            "resize",
            IValue.from((long) newRows - rows),
            IValue.from(blocks(newLength) - blocks(length)));
      }
      rows = newRows;
      length = newLength;
    }
  }

  /** Gives the first slots room for what they hold. */
  final void fitSlots(int slots) {
    fit(slots, length);
  }

  /** Copies blocks of rows to others, all reads first. */
  final void copy(int[] from, int[] to, long firstBlock, long blocks) {
    if (blocks <= 0) {
      return;
    }
    for (int i = 0; i < stages.size(); i++) {
      try (NDManager scope = stages.get(i).manager().newSubManager(devices.get(i))) {
        stages
            .get(i)
            .run(
                "copy_slots",
                tensor(scope.create(StepSlice.longs(from))),
                tensor(scope.create(StepSlice.longs(to))),
                IValue.from(firstBlock),
                IValue.from(blocks));
      }
    }
  }
}
