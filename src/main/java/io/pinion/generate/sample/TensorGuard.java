package io.pinion.generate.sample;

import ai.djl.ndarray.NDArray;
import java.util.Map;

/** Looks at an operation's tensors, by name, before it runs; throws where one lies elsewhere. */
interface TensorGuard {
  void check(String operation, Map<String, NDArray> tensors);
}
