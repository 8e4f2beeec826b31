package io.pinion.model.cache;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.decoder.StepIndex;
import io.pinion.model.decoder.StepSlice;
import io.pinion.model.decoder.TorchForward;
import io.pinion.torch.TorchScriptModule;
import java.util.List;

/** The KV cache of {@link TorchForward}: every slot holds all its tokens contiguously. */
public final class ContiguousKvCache extends KvCache {

  public ContiguousKvCache(
      List<TorchScriptModule> stages, List<Device> devices, int slots, long capacity) {
    super(stages, devices, 0, slots, capacity);
  }

  @Override
  long blocks(int tokens) {
    return tokens;
  }

  /**
   * Follows the longest sequence closely, because attention always covers the full length: gemms
   * over part of it would copy that part, and unused length costs time in every layer.
   */
  @Override
  int fitting(int needed, int now) {
    int step = Math.max(STEP, Integer.highestOneBit(needed) / 8);
    int rounded = (needed + step - 1) / step * step;
    return needed <= now && 4 * rounded > 3 * now - 4 * STEP ? now : rounded;
  }

  @Override
  public Arguments arguments(StepSlice slice, NDManager scope) {
    StepIndex index = StepIndex.of(slice, scope);
    return hidden ->
        List.of(
            tensor(hidden == null ? index.tensor() : hidden),
            tensor(index.tensor()),
            IValue.listFrom(index.sizes()),
            IValue.from((long) slice.outputs()),
            IValue.listFrom(index.numbers()));
  }

  @Override
  public void copySlots(int[] from, int[] to) {
    copy(from, to, 0, moveLengths(from, to));
  }

  @Override
  public void savePrefix(int prefix, int slot, int tokens) {
    for (TorchScriptModule stage : stages) {
      stage.run(
          "save_prefix",
          IValue.from((long) prefix),
          IValue.from((long) slot),
          IValue.from((long) tokens),
          IValue.from((long) PREFIXES));
    }
    prefixLengths[prefix] = tokens;
  }

  @Override
  public void dropPrefix(int prefix) {
    savePrefix(prefix, 0, 0);
  }

  @Override
  public void loadPrefix(int prefix, int[] into, int tokens) {
    hold(prefix, into, tokens);
    onEachStage(
        (stage, scope) ->
            stage.run(
                "load_prefix",
                IValue.from((long) prefix),
                tensor(scope.create(StepSlice.longs(into))),
                IValue.from((long) tokens)));
  }
}
