package io.pinion.model.runtime;

import static io.pinion.torch.TorchScriptModule.tensors;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.IValue;
import io.pinion.model.architecture.block.Attention;
import io.pinion.model.architecture.block.Rotary;
import io.pinion.model.decoder.RotaryTable;
import io.pinion.torch.TorchScriptModule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The rotary tables of one decoder: cosines and sines of each rotary embedding, and the integers
 * from 0 on. They have rows for the positions in use and grow with the cache, so a model with a
 * context of millions of tokens needs no more than its rows do; the heap holds a few rows at a
 * time. The decoder owns the tensors. Not thread-safe: callers hold the device's lease.
 */
final class RotaryTables {
  /** Rows at the beginning, which take a few milliseconds. */
  private static final int FIRST_ROWS = 1024;

  /** Numbers that the heap holds at a time, for each of cosines and sines. */
  private static final int CHUNK = 1 << 18;

  private final TorchScriptModule decoder;
  private final Device device;
  private final Attention attention;
  private final int maxLength;
  private int rows;

  private RotaryTables(
      TorchScriptModule decoder, Device device, Attention attention, int maxLength) {
    this.decoder = decoder;
    this.device = device;
    this.attention = attention;
    this.maxLength = maxLength;
  }

  /**
   * Makes the first tables of a decoder, which has none.
   *
   * @param maxLength the longest sequence in tokens, on which frequencies may depend
   */
  static RotaryTables of(
      TorchScriptModule decoder, Device device, Attention attention, int maxLength) {
    RotaryTables tables = new RotaryTables(decoder, device, attention, maxLength);
    tables.fit(Math.max(attention.keyValueHeads(), Math.min(FIRST_ROWS, maxLength)));
    return tables;
  }

  /** Makes room for positions 0 to {@code positions} - 1. */
  void fit(int positions) {
    if (positions <= rows) {
      return;
    }
    int wanted = (int) Math.min(Integer.MAX_VALUE, Math.max(positions, 2L * rows));
    int step = Math.max(1, CHUNK / attention.headDim());
    int from = rows;
    if (from == 0) {
      from = Math.min(wanted, step);
      add("begin_tables", List.of(), 0, from);
    }
    decoder.run("grow_tables", IValue.from((long) wanted));
    for (; from < wanted; from += step) {
      add("fill_tables", List.of((long) from), from, Math.min(wanted, from + step));
    }
    rows = wanted;
  }

  private void add(String method, List<Long> arguments, int from, int to) {
    Shape shape = new Shape(to - from, attention.headDim());
    List<NDArray> added = new ArrayList<>();
    try (NDManager scope = decoder.manager().newSubManager()) {
      for (Rotary rotary : attention.rotaries()) {
        RotaryTable table = RotaryTable.compute(rotary, maxLength, from, to);
        added.add(scope.create(table.cosines(), shape).toDevice(device, false));
        added.add(scope.create(table.sines(), shape).toDevice(device, false));
      }
      long[] steps = new long[to - from];
      Arrays.setAll(steps, i -> from + i);
      added.add(scope.create(steps).toDevice(device, false));
      List<IValue> all = new ArrayList<>(arguments.stream().map(IValue::from).toList());
      all.add(tensors(added.toArray(NDArray[]::new)));
      decoder.run(method, all.toArray(IValue[]::new));
      new NDList(added).close();
    }
  }
}
