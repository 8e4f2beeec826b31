package io.pinion.model.architecture;

import java.util.function.LongUnaryOperator;

/**
 * The location of a weight in a file. For vectors, "row" means element.
 *
 * @param name the tensor's name in the file
 * @param shares how many weights of equally many rows the tensor contains; 1 if it is one weight
 * @param group number of rows that are reordered together, as those of a head
 * @param storedRow maps a row of the weight to its row in the tensor; null if they are the same
 */
public record StoredTensor(String name, int shares, int group, LongUnaryOperator storedRow) {

  /** A tensor that equals the weight. */
  public static StoredTensor named(String name) {
    return new StoredTensor(name, 1, 1, null);
  }

  /** A tensor with the same rows in another order. */
  public static StoredTensor ordered(String name, int group, LongUnaryOperator storedRow) {
    return new StoredTensor(name, 1, group, storedRow);
  }

  /**
   * One of several weights that are concatenated in a tensor.
   *
   * @param rows number of rows of each weight
   */
  public static StoredTensor share(String name, int index, int shares, long rows) {
    return new StoredTensor(name, shares, 1, row -> index * rows + row);
  }
}
