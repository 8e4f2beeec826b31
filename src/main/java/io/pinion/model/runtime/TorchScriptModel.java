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
  /**
   * The least tokens of a slice. Up to about as many, a GPU takes as long to read the weights as to
   * compute with them: an H100 has 295 operations in bf16 for each byte of its memory's bandwidth.
   */
  private static final int OVERLAPPING_TOKENS = 256;

  /**
   * Slices for each stage; of s stages and n slices each, all work at once n / (n + 1) of the time.
   */
  private static final int MOST_OVERLAPPING = 4;

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
      List<Runnable> work = new ArrayList<>();
      if (stages.size() == 1 && threads != null) {
        StepSlice.split(step, threads.slices(step.tokenIds().length))
            .forEach(slice -> work.add(() -> run(List.of(slice), logits)));
      } else {
        work.add(() -> run(StepSlice.split(step, overlapping(step)), logits));
      }
      if (threads == null) {
        work.forEach(Runnable::run);
      } else {
        threads.run(work);
      }
      return logits;
    } catch (RuntimeException | Error e) {
      logits.close();
      throw e;
    }
  }

  /**
   * The number of slices that a step is cut into so that a device can run its stage of one slice
   * while the next runs its stage of the slice before. Small slices take no less time than large
   * ones, so that only long steps, as those of a prefill, are cut.
   */
  private int overlapping(LanguageModel.Step step) {
    int most = stages.size() == 1 ? 1 : MOST_OVERLAPPING * stages.size();
    return Math.max(1, Math.min(most, step.tokenIds().length / OVERLAPPING_TOKENS));
  }

  /**
   * Runs slices of a step, one after the other, through all stages. On GPUs a call returns before
   * its operations are done, which lets the stages overlap; a copy from the host waits for them, so
   * all of these come first.
   */
  private void run(List<StepSlice> slices, NDArray logits) {
    try (NDManager scope = stages.get(0).manager().newSubManager(devices.get(0))) {
      List<NDManager> scopes = devices.stream().map(scope::newSubManager).toList();
      List<List<KvCache.Arguments>> arguments = new ArrayList<>();
      for (StepSlice slice : slices) {
        arguments.add(scopes.stream().map(each -> cache.arguments(slice, each)).toList());
      }
      for (int i = 0; i < slices.size(); i++) {
        NDArray hidden = null;
        for (int stage = 0; stage < stages.size(); stage++) {
          List<IValue> values = new ArrayList<>(arguments.get(i).get(stage).of(hidden));
          values.add(tensor(logits));
          values.add(IValue.from((long) slices.get(i).firstOutput()));
          hidden = runStage(stage, hidden, scopes.get(stage), values);
        }
      }
    }
  }

  /** Runs a stage; returns its hidden states, or {@code null} after the last stage. */
  private NDArray runStage(int index, NDArray hidden, NDManager scope, List<IValue> arguments) {
    try (hidden) {
      NDArray output = stages.get(index).call(scope, "forward", arguments.toArray(IValue[]::new));
      if (index < stages.size() - 1) {
        return output;
      }
      output.close();
      return null;
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
