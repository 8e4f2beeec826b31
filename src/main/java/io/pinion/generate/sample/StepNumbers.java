package io.pinion.generate.sample;

import static io.pinion.torch.TorchScriptModule.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.IValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;

/**
 * All numbers that a step's operations read, such as temperatures and the places of rows: they are
 * collected first and then copied to the device at once, since a GPU waits for each copy.
 */
final class StepNumbers {
  /** The place of numbers that are not there. */
  static final int NONE = -1;

  private final List<double[]> lists = new ArrayList<>();
  private NDArray[] copied = {};

  /** Adds a list of numbers; returns its place. */
  int add(double... numbers) {
    lists.add(numbers);
    return lists.size() - 1;
  }

  /** As the other method; FLOAT64 holds every integer. */
  int add(int... numbers) {
    return add(Arrays.stream(numbers).asDoubleStream().toArray());
  }

  /** Copies all numbers to the device, where {@code scope} owns them. */
  void copy(GuardedModule module, NDManager scope) {
    if (lists.isEmpty()) {
      return;
    }
    long[] sizes = lists.stream().mapToLong(list -> list.length).toArray();
    NDArray all = scope.create(lists.stream().flatMapToDouble(DoubleStream::of).toArray());
    copied =
        module.callForList(
            scope, "split", Map.of("numbers", all), tensor(all), IValue.listFrom(sizes));
  }

  /** A list that was copied, FLOAT64 of one dimension; {@code otherwise} for {@link #NONE}. */
  NDArray at(int place, NDArray otherwise) {
    return place == NONE ? otherwise : copied[place];
  }
}
