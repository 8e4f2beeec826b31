package io.pinion.model.cache;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.LanguageModel;
import io.pinion.model.decoder.FusedForward;
import io.pinion.model.decoder.StepSlice;
import io.pinion.torch.CpuKernels;
import io.pinion.torch.TorchScriptModule;
import java.util.Arrays;
import java.util.List;

/**
 * The KV cache of {@link FusedForward}, in blocks of tokens. Cached prefixes have their own rows
 * before those of the slots, and a slot that starts with a cached prefix reads its complete blocks
 * in place: they are not copied, nor read from memory again for each sequence. Only the partly
 * filled last block is copied to each sequence. (Prefix sharing by blocks: Kwon et al.,
 * PagedAttention, 2023; here a sequence has one shared row and one of its own, and no block table.)
 */
public final class BlockedKvCache extends KvCache {
  /** Number of rows before those of the slots. */
  private static final int FIRST_SLOT = PREFIXES;

  private static final int BLOCK = CpuKernels.BLOCK;

  /** By slot, the prefix that it shares. */
  private final int[] prefixes;

  /** By slot, the number of tokens that it reads from that prefix, a multiple of BLOCK. */
  private final int[] shared;

  public BlockedKvCache(
      List<TorchScriptModule> stages, List<Device> devices, int slots, long capacity) {
    super(stages, devices, FIRST_SLOT, slots, capacity);
    this.prefixes = new int[slots];
    this.shared = new int[slots];
  }

  @Override
  long blocks(int tokens) {
    return (tokens + BLOCK - 1) / BLOCK;
  }

  /** Resizes rarely: room beyond the longest sequence costs only memory, not time. */
  @Override
  int fitting(int needed, int now) {
    int least = Math.max(needed, Arrays.stream(prefixLengths).max().orElseThrow());
    if (least <= now && now <= Math.max(8 * STEP, 4 * least)) {
      return now;
    }
    int wanted = least > now ? Math.max(least, now + now / 4) : least + least / 4;
    return (wanted + STEP - 1) / STEP * STEP;
  }

  @Override
  public void begin(LanguageModel.Step step) {
    for (int i = 0; i < step.counts().length; i++) {
      // A sequence that starts over, or rolls back into its shared prefix, writes to its own row.
      if (step.starts()[i] < shared[i]) {
        unshare(i, step.starts()[i]);
      }
    }
    super.begin(step);
  }

  @Override
  public Arguments arguments(StepSlice slice, NDManager scope) {
    int from = slice.firstSlot();
    int to = from + slice.counts().length;
    NDArray tokenIds = scope.create(slice.tokenIds());
    NDArray counts = scope.create(StepSlice.longs(slice.counts()));
    NDArray starts = scope.create(StepSlice.longs(slice.starts()));
    NDArray prefix = scope.create(StepSlice.longs(Arrays.copyOfRange(prefixes, from, to)));
    NDArray own = scope.create(StepSlice.longs(Arrays.copyOfRange(shared, from, to)));
    NDArray ends = scope.create(slice.ends());
    return hidden ->
        List.of(
            tensor(hidden == null ? tokenIds : hidden),
            tensor(counts),
            tensor(starts),
            tensor(prefix),
            tensor(own),
            IValue.from((long) FIRST_SLOT + from),
            tensor(ends),
            IValue.from((long) slice.outputs()));
  }

  /** Copies the first {@code tokens} of the shared tokens to the slot's own row. */
  private void unshare(int slot, int tokens) {
    copy(new int[] {prefixes[slot]}, rows(slot), 0, blocks(tokens));
    shared[slot] = 0;
  }

  private void unshareThoseOf(int prefix) {
    for (int slot = 0; slot < shared.length; slot++) {
      if (prefixes[slot] == prefix) {
        unshare(slot, shared[slot]);
      }
    }
  }

  @Override
  public void copySlots(int[] from, int[] to) {
    int[] prefixesBefore = prefixes.clone();
    int[] sharedBefore = shared.clone();
    int leastShared = Integer.MAX_VALUE;
    for (int i = 0; i < from.length; i++) {
      prefixes[to[i]] = prefixesBefore[from[i]];
      shared[to[i]] = sharedBefore[from[i]];
      leastShared = Math.min(leastShared, shared[to[i]]);
    }
    long first = leastShared / BLOCK;
    copy(rows(from), rows(to), first, blocks(moveLengths(from, to)) - first);
  }

  private static int[] rows(int... slots) {
    return Arrays.stream(slots).map(slot -> FIRST_SLOT + slot).toArray();
  }

  @Override
  public void savePrefix(int prefix, int slot, int tokens) {
    unshareThoseOf(prefix);
    int[] to = {prefix};
    prefixLengths[prefix] = tokens;
    fitSlots(slot + 1);
    long first = Math.min(shared[slot], tokens) / BLOCK;
    copy(new int[] {prefixes[slot]}, to, 0, first);
    copy(rows(slot), to, first, blocks(tokens) - first);
  }

  @Override
  public void dropPrefix(int prefix) {
    unshareThoseOf(prefix);
    prefixLengths[prefix] = 0;
  }

  @Override
  public void loadPrefix(int prefix, int[] into, int tokens) {
    hold(prefix, into, tokens);
    int whole = tokens / BLOCK * BLOCK;
    for (int slot : into) {
      prefixes[slot] = prefix;
      shared[slot] = whole;
    }
    if (tokens > whole) {
      int[] from = new int[into.length];
      Arrays.fill(from, prefix);
      copy(from, rows(into), whole / BLOCK, 1);
    }
  }
}
