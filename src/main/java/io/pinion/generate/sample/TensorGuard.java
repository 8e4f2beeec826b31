package io.pinion.generate.sample;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** Checks an operation's tensors, by name, before it runs; throws if one is on another device. */
interface TensorGuard {
  void check(String operation, Map<String, NDArray> tensors);
}
