package io.pinion.model;

import static io.pinion.model.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.pinion.device.CpuKernels;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The cache of {@link KernelForward}, in blocks of tokens. Kept prefixes lie in rows of their own
 * before the slots, and a slot that begins with one reads its whole blocks there: they are neither
 * copied nor read from memory once for each sequence. Only the block that a sequence goes on in is
 * its own copy. (Prefix sharing by blocks: Kwon et al., PagedAttention, 2023; here a sequence has
 * one shared row and one of its own, and no table of blocks.)
 */
final class BlockCache extends SequenceCache {
  /** How many rows come before those of slots. */
  private static final int FIRST_SLOT = LanguageModel.PREFIXES;

  private static final int BLOCK = CpuKernels.BLOCK;

  /** By slot, the prefix whose row it reads, and how many tokens of it, a multiple of BLOCK. */
  private final int[] prefixes;

  private final int[] shared;

  BlockCache(List<TorchScriptModule> stages, List<Device> devices, int slots) {
    super(stages, devices, FIRST_SLOT, slots);
    this.prefixes = new int[slots];
    this.shared = new int[slots];
  }

  @Override
  long blocks(int tokens) {
    return (tokens + BLOCK - 1) / BLOCK;
  }

  /** Grows and shrinks in strides, since what is beyond the longest sequence costs memory alone. */
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
  void begin(LanguageModel.Step step) {
    for (int i = 0; i < step.counts().length; i++) {
      // A sequence that starts anew, or goes back behind what it shares, writes into its own row.
      if (step.starts()[i] < shared[i]) {
        unshare(List.of(i), step.starts()[i]);
      }
    }
    super.begin(step);
  }

  @Override
  List<IValue> places(StepPart part, NDManager scope) {
    int from = part.firstSlot();
    int to = from + part.counts().length;
    return List.of(
        tensor(scope.create(StepPart.longs(part.counts()))),
        tensor(scope.create(StepPart.longs(part.starts()))),
        tensor(scope.create(StepPart.longs(Arrays.copyOfRange(prefixes, from, to)))),
        tensor(scope.create(StepPart.longs(Arrays.copyOfRange(shared, from, to)))),
        IValue.from((long) FIRST_SLOT + from),
        tensor(scope.create(part.ends())),
        IValue.from((long) part.outputs()));
  }

  /** Gives slots copies of their own of the first tokens that they share. */
  private void unshare(List<Integer> slots, int tokens) {
    for (int slot : slots) {
      if (tokens > 0) {
        int[] from = {prefixes[slot]};
        copy(from, new int[] {FIRST_SLOT + slot}, 0, blocks(Math.min(tokens, shared[slot])));
      }
      shared[slot] = 0;
    }
  }

  private void unshareThoseOf(int prefix) {
    IntPredicate reads = slot -> shared[slot] > 0 && prefixes[slot] == prefix;
    unshare(IntStream.range(0, shared.length).filter(reads).boxed().toList(), Integer.MAX_VALUE);
  }

  @Override
  void copySlots(int[] from, int[] to) {
    int[] lengthsBefore = lengths.clone();
    int[] prefixesBefore = prefixes.clone();
    int[] sharedBefore = shared.clone();
    int longest = 0;
    int highest = 0;
    int leastShared = Integer.MAX_VALUE;
    for (int i = 0; i < from.length; i++) {
      lengths[to[i]] = lengthsBefore[from[i]];
      prefixes[to[i]] = prefixesBefore[from[i]];
      shared[to[i]] = sharedBefore[from[i]];
      longest = Math.max(longest, lengths[to[i]]);
      leastShared = Math.min(leastShared, shared[to[i]]);
      highest = Math.max(highest, Math.max(from[i], to[i]));
    }
    fitSlots(highest + 1);
    long first = leastShared / BLOCK;
    copy(rows(from), rows(to), first, Math.max(0, blocks(longest) - first));
  }

  private static int[] rows(int[] slots) {
    return Arrays.stream(slots).map(slot -> FIRST_SLOT + slot).toArray();
  }

  @Override
  void savePrefix(int prefix, int slot, int tokens) {
    unshareThoseOf(prefix);
    int[] to = {prefix};
    prefixLengths[prefix] = tokens;
    fitSlots(slot + 1);
    long first = Math.min(shared[slot], tokens) / BLOCK;
    copy(new int[] {prefixes[slot]}, to, 0, first);
    copy(rows(new int[] {slot}), to, first, blocks(tokens) - first);
  }

  @Override
  void dropPrefix(int prefix) {
    unshareThoseOf(prefix);
    prefixLengths[prefix] = 0;
  }

  @Override
  void loadPrefix(int prefix, int[] into, int tokens) {
    requireKept(prefix, tokens);
    fitSlots(Arrays.stream(into).max().orElse(-1) + 1);
    int whole = tokens / BLOCK * BLOCK;
    for (int slot : into) {
      lengths[slot] = tokens;
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
