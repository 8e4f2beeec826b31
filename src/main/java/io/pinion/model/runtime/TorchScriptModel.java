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
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import io.pinion.model.cache.BlockedKvCache;
import io.pinion.model.cache.ContiguousKvCache;
import io.pinion.model.cache.KvCache;
import io.pinion.model.checkpoint.Checkpoint;
import io.pinion.model.decoder.FusedForward;
import io.pinion.model.decoder.MatrixFormat;
import io.pinion.model.decoder.Stage;
import io.pinion.model.decoder.StepSlice;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link LanguageModel} in TorchScript, its layers spread over one or more devices.
 *
 * <p>Each device runs a stage of the layers; hidden states move from stage to stage with the target
 * device given. The cache is as large as what it holds, so that memory goes to what is in use and
 * not to {@code slots × maxLength}.
 */
public final class TorchScriptModel implements LanguageModel {
  private final ModelConfig config;
  private final List<Device> devices;
  private final List<TorchScriptModule> stages;
  private final TensorType type;
  private final ForwardThreads threads;
  private final int slots;
  private final int maxLength;
  private final KvCache cache;

  private TorchScriptModel(
      ModelConfig config,
      List<Device> devices,
      List<TorchScriptModule> stages,
      TensorType type,
      int slots,
      int maxLength,
      int cores,
      boolean kernels) {
    this.config = config;
    this.devices = List.copyOf(devices);
    this.stages = stages;
    this.type = type;
    this.slots = slots;
    this.maxLength = maxLength;
    this.cache =
        kernels
            ? new BlockedKvCache(stages, devices, slots)
            : new ContiguousKvCache(stages, devices, slots);
    this.threads = devices.get(0).isGpu() ? null : new ForwardThreads(cores);
  }

  /** Loads with all cores of the machine at hand for a stage on the CPU. */
  public static TorchScriptModel load(
      Checkpoint checkpoint, List<Device> devices, TensorType type, int slots, int maxLength) {
    int cores = Runtime.getRuntime().availableProcessors();
    return load(checkpoint, devices, type, false, slots, maxLength, cores);
  }

  /**
   * Loads a checkpoint's weights onto devices.
   *
   * @param devices explicit devices, one for each stage; more than there are layers are refused
   * @param type F32, BF16 or F16: what weights and cache have on the devices
   * @param int8 whether matrices are kept and multiplied in 8 bits; see {@link MatrixFormat#INT8}
   * @param slots how many sequences the cache may hold
   * @param maxLength the longest sequence in tokens
   * @param cores how many cores it may use where a device is the CPU
   * @throws ModelException where a weight is missing or has the wrong shape
   */
  public static TorchScriptModel load(
      Checkpoint checkpoint,
      List<Device> devices,
      TensorType type,
      boolean int8,
      int slots,
      int maxLength,
      int cores) {
    ModelConfig config = checkpoint.config();
    boolean kernels = devices.stream().allMatch(device -> FusedForward.fits(device, type, config));
    return load(checkpoint, devices, type, int8, slots, maxLength, cores, kernels);
  }

  /** Loads with or without the kernels, which have to fit. */
  static TorchScriptModel load(
      Checkpoint checkpoint,
      List<Device> devices,
      TensorType type,
      boolean int8,
      int slots,
      int maxLength,
      int cores,
      boolean kernels) {
    ModelConfig config = checkpoint.config();
    if (devices.isEmpty() || devices.size() > config.layers()) {
      throw new ModelException(
          "a model of "
              + config.layers()
              + " layers cannot be spread over "
              + devices.size()
              + " devices");
    }
    List<TorchScriptModule> stages = new ArrayList<>();
    try {
      for (int i = 0; i < devices.size(); i++) {
        Stage stage =
            new Stage(
                config.layers() * i / devices.size(),
                config.layers() * (i + 1) / devices.size(),
                i == 0,
                i == devices.size() - 1);
        stages.add(
            StageLoader.load(checkpoint, stage, devices.get(i), type, int8, maxLength, kernels));
      }
    } catch (RuntimeException e) {
      stages.forEach(TorchScriptModule::close);
      throw e;
    }
    return new TorchScriptModel(config, devices, stages, type, slots, maxLength, cores, kernels);
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
    return slots;
  }

  @Override
  public int maxLength() {
    return maxLength;
  }

  @Override
  public int prefixes() {
    return KvCache.PREFIXES;
  }

  /** The type of weights and cache on the devices. */
  public TensorType type() {
    return type;
  }

  @Override
  public NDArray forward(Step step) {
    cache.begin(step);
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
        // With several stages a slice of a step cannot run while another is in the same stage.
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
