package io.pinion.model.runtime;

import ai.djl.Device;
import io.pinion.model.TensorType;
import io.pinion.model.checkpoint.Checkpoint;
import java.util.Collections;

/** Loads models on the CPU by the forward pass that a test names, for tests of other packages. */
public final class KernelChoice {
  private KernelChoice() {}

  /** A model of two slots in F32, its layers in so many stages. */
  public static TorchScriptModel load(
      Checkpoint checkpoint, int stages, boolean int8, int maxLength, boolean kernels) {
    return TorchScriptModel.load(
        checkpoint,
        Collections.nCopies(stages, Device.cpu()),
        TensorType.F32,
        int8,
        2,
        maxLength,
        2,
        kernels);
  }
}
