package io.pinion.model.runtime;

import ai.djl.Device;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
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

  static TorchScriptModel load(Checkpoint checkpoint, ModelLayout layout, ModelLimits limits) {
    try (ModelWeights weights = ModelWeights.load(checkpoint, layout)) {
      return weights.open(limits);
    }
  }
}
