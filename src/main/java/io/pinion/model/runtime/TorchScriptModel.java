package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.LanguageModel;
import io.pinion.model.ModelConfig;
import io.pinion.model.TensorType;
import io.pinion.model.cache.BlockedKvCache;
import io.pinion.model.cache.ContiguousKvCache;
import io.pinion.model.cache.KvCache;
import io.pinion.model.decoder.StepSlice;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LanguageModel} in TorchScript, its layers split over one or more devices.
 *
 * <p>Each device runs one stage of the layers; hidden states are copied from stage to stage with an
 * explicit target device. The weights are shared with other models of the same {@link
 * ModelWeights}; the stages' modules and the cache are not. The cache grows and shrinks with its
 * contents, so memory is proportional to use, not to {@code slots × maxLength}.
 */
public final class TorchScriptModel implements LanguageModel {
  private final ModelConfig config;
  private final ModelLayout layout;
  private final List<Device> devices;
  private final List<TorchScriptModule> stages;
  private final ModelLimits limits;
  private final KvCache cache;
  private final List<RotaryTables> tables;
  private final ForwardThreads threads;
  private final CacheRoom room;

  private TorchScriptModel(
      ModelConfig config,
      ModelLayout layout,
      List<TorchScriptModule> stages,
      ModelLimits limits,
      KvCache cache,
      List<RotaryTables> tables,
      ForwardThreads threads,
      CacheRoom room) {
    this.config = config;
    this.layout = layout;
    this.devices = layout.devices();
    this.stages = stages;
    this.limits = limits;
    this.cache = cache;
    this.tables = tables;
    this.threads = threads;
    this.room = room;
  }

  static TorchScriptModel open(
      ModelConfig config,
      ModelLayout layout,
      List<StageWeights> weights,
      ModelLimits limits,
      CacheRoom room) {
    List<TorchScriptModule> stages = new ArrayList<>();
    List<RotaryTables> tables = new ArrayList<>();
    try {
      for (StageWeights stage : weights) {
        TorchScriptModule decoder = stage.decoder();
        stages.add(decoder);
        tables.add(stage.tables(decoder, limits.maxLength()));
      }
      KvCache cache =
          layout.kernels()
              ? new BlockedKvCache(stages, layout.devices(), limits.slots(), limits.cacheTokens())
              : new ContiguousKvCache(
                  stages, layout.devices(), limits.slots(), limits.cacheTokens());
      boolean gpu = layout.devices().get(0).isGpu();
      ForwardThreads threads = gpu ? null : new ForwardThreads(limits.cores());
      return new TorchScriptModel(config, layout, stages, limits, cache, tables, threads, room);
    } catch (RuntimeException | Error e) {
      stages.forEach(TorchScriptModule::close);
      throw e;
    }
  }

  @Override
  public ModelConfig config() {
    return config;
  }

  @Override
  public List<Device> devices() {
    return devices;
  }

  @Override
  public int slots() {
    return limits.slots();
  }

  @Override
  public int maxLength() {
    return limits.maxLength();
  }

  @Override
  public long cacheTokens() {
    return limits.cacheTokens();
  }

  @Override
  public int prefixes() {
    return KvCache.PREFIXES;
  }

  @Override
  public int prefixRows() {
    return layout.kernels() ? KvCache.PREFIXES : 0;
  }

  /** The type of weights and cache on the devices. */
  public TensorType type() {
    return layout.type();
  }

  @Override
  public NDArray forward(Step step) {
    long growth = cache.growth(step);
    if (growth > 0) {
      room.require(layout.cacheBytes(config, growth));
    }
    cache.begin(step);
    tables.forEach(table -> table.fit(cache.length()));
    TorchScriptModule last = stages.get(stages.size() - 1);
    NDArray logits =
        last.manager()
            .create(
                new Shape(step.outputs().length, config.vocabularySize()),
                DataType.FLOAT32,
                devices.get(devices.size() - 1));
    try {
      if (threads == null) {
        run(StepSlice.whole(step), logits);
      } else {
        // With several stages, two slices of a step cannot be in the same stage at once.
        int slices = stages.size() == 1 ? threads.slices(step.tokenIds().length) : 1;
        threads.run(
            StepSlice.split(step, slices).stream()
                .map(slice -> (Runnable) () -> run(slice, logits))
                .toList());
      }
      return logits;
    } catch (RuntimeException | Error e) {
      logits.close();
      throw e;
    }
  }

  /** Runs a slice of a step through all stages. */
  private void run(StepSlice slice, NDArray logits) {
    NDArray hidden = null;
    for (int i = 0; i < stages.size(); i++) {
      hidden = runStage(i, slice, hidden, logits);
    }
  }

  private NDArray runStage(int index, StepSlice slice, NDArray hidden, NDArray logits) {
    TorchScriptModule stage = stages.get(index);
    boolean last = index == stages.size() - 1;
    try (NDManager scope = stage.manager().newSubManager(devices.get(index));
        hidden) {
      NDArray input = hidden == null ? scope.create(slice.tokenIds()) : hidden;
      List<IValue> arguments = new ArrayList<>(List.of(tensor(input)));
      arguments.addAll(cache.arguments(slice, scope));
      arguments.add(tensor(last ? logits : input));
      arguments.add(IValue.from((long) slice.firstOutput()));
      NDArray output = stage.call(scope, "forward", arguments.toArray(IValue[]::new));
      if (last) {
        return null;
      }
      output.attach(stage.manager());
      return output;
    }
  }

  @Override
  public void copySlots(int[] from, int[] to) {
    cache.copySlots(from, to);
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.close();
    }
    stages.forEach(TorchScriptModule::close);
  }

  @Override
  public void savePrefix(int prefix, int slot, int length) {
    cache.savePrefix(prefix, slot, length);
  }

  @Override
  public void dropPrefix(int prefix) {
    cache.dropPrefix(prefix);
  }

  @Override
  public void loadPrefix(int prefix, int[] into, int length) {
    cache.loadPrefix(prefix, into, length);
  }
}
