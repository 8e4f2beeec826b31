package io.pinion.model.runtime;

import ai.djl.Device;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import java.util.Collections;
import java.util.List;

/** Loads models that have their weights to themselves. */
public final class TestModels {
  private TestModels() {}

  /** On all cores of the machine, in the fastest layout; the caller closes it. */
  public static TorchScriptModel load(
      Checkpoint checkpoint, List<Device> devices, TensorType type, int slots, int maxLength) {
    ModelLayout layout = ModelLayout.of(checkpoint.config(), devices, new DtypeChoice(type, false));
    int cores = Runtime.getRuntime().availableProcessors();
    return load(checkpoint, layout, new ModelLimits(slots, maxLength, cores));
  }

  /**
   * On the CPU, by the forward pass that a test names; the caller closes it.
   *
   * @param stages how many parts its layers are split into
   */
  public static TorchScriptModel load(
      Checkpoint checkpoint, int stages, DtypeChoice dtype, boolean kernels, ModelLimits limits) {
    return load(checkpoint, stages, dtype, kernels, false, limits);
  }

  /** The same, with or without libtorch's fused attention. */
  static TorchScriptModel load(
      Checkpoint checkpoint,
      int stages,
      DtypeChoice dtype,
      boolean kernels,
      boolean fusedAttention,
      ModelLimits limits) {
    List<Device> cpus = Collections.nCopies(stages, Device.cpu());
    ModelLayout fastest = ModelLayout.of(checkpoint.config(), cpus, dtype);
    ModelLayout layout =
        new ModelLayout(cpus, dtype.type(), fastest.matrices(), kernels, fusedAttention);
    return load(checkpoint, layout, limits);
  }

  static TorchScriptModel load(Checkpoint checkpoint, ModelLayout layout, ModelLimits limits) {
    try (ModelWeights weights = ModelWeights.load(checkpoint, layout)) {
      return weights.open(limits);
    }
  }
}
