package io.pinion.model;

import java.util.Collections;
import java.util.List;

/** Configurations for tests of files, where only sizes and names matter. */
final class TinyModels {
  private TinyModels() {}

  /** Layers of width 4: a file of a few thousand bytes. */
  static ModelConfig smallest(int layers) {
    return new ModelConfig(
        Architecture.LLAMA,
        3,
        4,
        4,
        layers,
        2,
        1,
        2,
        256,
        1e-5f,
        10000,
        new RopeScaling.None(),
        true,
        true,
        false,
        false,
        false,
        0,
        Collections.nCopies(layers, false),
        1,
        List.of(2),
        WeightType.F32);
  }
}
