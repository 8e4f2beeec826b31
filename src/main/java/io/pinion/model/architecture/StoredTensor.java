package io.pinion.model.architecture;

import java.util.function.LongUnaryOperator;

/**
 * Where a file holds a weight.
 *
 * @param name the tensor's name in the file
 * @param shares how many weights share the tensor's rows evenly; 1 where the weight is all of it
 * @param group the weight's rows come in groups of so many, as heads do
 * @param storedRow from a row of the weight to its row in the tensor; null where they are the same.
 *     Of a vector, elements are meant
 */
public record StoredTensor(String name, int shares, int group, LongUnaryOperator storedRow) {

  /** A tensor that is the weight. */
  public static StoredTensor named(String name) {
    return new StoredTensor(name, 1, 1, null);
  }

  /** A tensor with the same rows in another order. */
  public static StoredTensor ordered(String name, int group, LongUnaryOperator storedRow) {
    return new StoredTensor(name, 1, group, storedRow);
  }

  /**
   * One of several weights that lie one behind the other in a tensor.
   *
   * @param rows how many rows each has
   */
  public static StoredTensor share(String name, int index, int shares, long rows) {
    return new StoredTensor(name, shares, 1, row -> index * rows + row);
  }
}
