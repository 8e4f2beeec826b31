package io.pinion.model.cache;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.LanguageModel;
import io.pinion.model.decoder.StepSlice;
import io.pinion.torch.TorchScriptModule;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Manages the keys and values of a model's sequences, which its stages store: how large the cache
 * is, and what is copied where. Not thread-safe: callers hold the device's lease.
 */
public abstract class KvCache {
  /** Maximum number of cached prefixes. */
  public static final int PREFIXES = 4;

  /** Row lengths are multiples of it, in tokens. */
  public static final int STEP = 32;

  /** By slot, the number of cached tokens. */
  final int[] lengths;

  final int[] prefixLengths = new int[PREFIXES];
  final List<TorchScriptModule> stages;
  private final List<Device> devices;
  private final int firstSlot;
  private final long capacity;
  private int rows = 1;
  private int length = STEP;

  /**
   * @param firstSlot number of rows of the cache before slot 0
   * @param slots maximum number of sequences
   * @param capacity how many tokens it may have room for, all rows together: beyond that, it keeps
   *     no row that no sequence uses, and no length in reserve
   */
  KvCache(
      List<TorchScriptModule> stages,
      List<Device> devices,
      int firstSlot,
      int slots,
      long capacity) {
    this.stages = stages;
    this.devices = devices;
    this.firstSlot = firstSlot;
    this.capacity = capacity;
    this.lengths = new int[slots];
  }

  /** The length of the cache's rows, in tokens. */
  public final int length() {
    return length;
  }

  /**
   * The row length to resize to, in tokens.
   *
   * @param needed how many tokens must fit
   * @param now the current length
   */
  abstract int fitting(int needed, int now);

  /** Number of entries in the cache's third dimension for a number of tokens. */
  abstract long blocks(int tokens);

  /** The arguments of the forward pass that describe a slice of a step. */
  public interface Arguments {
    /**
     * The arguments, in order; the call that they are passed to closes them.
     *
     * @param hidden the hidden states of the stage before; {@code null} for the first stage
     */
    List<IValue> of(NDArray hidden);
  }

  /** Copies what the forward pass reads to the device of {@code scope}, which owns it. */
  public abstract Arguments arguments(StepSlice slice, NDManager scope);

  /** How many tokens more the cache will have room for once a step has begun. */
  public final long growth(LanguageModel.Step step) {
    Size size = size(step.counts().length, longest(step));
    return Math.max(0, size.tokens() - (long) rows * length);
  }

  /** Makes room for a step and counts its tokens as cached. */
  public void begin(LanguageModel.Step step) {
    for (int i = 0; i < step.counts().length; i++) {
      lengths[i] = step.starts()[i] + step.counts()[i];
    }
    fit(step.counts().length, longest(step));
  }

  private static int longest(LanguageModel.Step step) {
    int longest = 0;
    for (int i = 0; i < step.counts().length; i++) {
      longest = Math.max(longest, step.starts()[i] + step.counts()[i]);
    }
    return longest;
  }

  /** See {@link LanguageModel#copySlots}. */
  public abstract void copySlots(int[] from, int[] to);

  /** See {@link LanguageModel#savePrefix}. */
  public abstract void savePrefix(int prefix, int slot, int tokens);

  /** See {@link LanguageModel#dropPrefix}. */
  public abstract void dropPrefix(int prefix);

  /** See {@link LanguageModel#loadPrefix}. */
  public abstract void loadPrefix(int prefix, int[] into, int tokens);

  /** Counts a prefix's tokens as cached in slots, and makes room for these slots. */
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
   * Sets the token counts of slots {@code to} to those of {@code from}, and makes room for all.
   *
   * @return the largest of these counts
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

  private record Size(int rows, int length) {
    long tokens() {
      return (long) rows * length;
    }
  }

  /** The size for a number of tokens in each of the first slots. */
  private Size size(int slots, int tokens) {
    int needed = firstSlot + slots;
    int most = firstSlot + lengths.length;
    int newRows = needed <= rows ? rows : Math.max(needed, Math.min(most, 2 * rows));
    int newLength = fitting(tokens, length);
    if ((long) newRows * newLength > capacity) {
      return new Size(needed, Math.min(newLength, fitting(tokens, 0)));
    }
    return new Size(newRows, newLength);
  }

  /** Makes room for a number of tokens in each of the first slots. */
  final void fit(int slots, int tokens) {
    Size size = size(slots, tokens);
    if (size.rows != rows || size.length != length) {
      resize(size.rows, size.length);
    }
  }

  /** Resizes all stages; if one has no memory for it, they keep their sizes. */
  private void resize(int newRows, int newLength) {
    try {
      stages.forEach(stage -> resize(stage, newRows, newLength));
    } catch (RuntimeException | Error e) {
      try {
        stages.forEach(stage -> resize(stage, rows, length));
      } catch (RuntimeException | Error again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    rows = newRows;
    length = newLength;
  }

  /** Sets the size of a stage's tensors. */
  void resize(TorchScriptModule stage, int newRows, int newLength) {
    stage.run("resize", IValue.from((long) newRows), IValue.from(blocks(newLength)));
  }

  /** Makes room for the first slots at the current length. */
  final void fitSlots(int slots) {
    fit(slots, length);
  }

  /** Copies blocks of rows to other rows; per layer, all are read before any is written. */
  final void copy(int[] from, int[] to, long firstBlock, long blocks) {
    if (blocks <= 0) {
      return;
    }
    onEachStage(
        (stage, scope) ->
            stage.run(
                "copy_slots",
                tensor(scope.create(StepSlice.longs(from))),
                tensor(scope.create(StepSlice.longs(to))),
                IValue.from(firstBlock),
                IValue.from(blocks)));
  }

  /** Does something on each stage, with a manager for tensors that this needs. */
  final void onEachStage(BiConsumer<TorchScriptModule, NDManager> work) {
    for (int i = 0; i < stages.size(); i++) {
      try (NDManager scope = stages.get(i).manager().newSubManager(devices.get(i))) {
        work.accept(stages.get(i), scope);
      }
    }
  }
}
