package io.pinion.spark.ledger;

import org.apache.spark.unsafe.hash.Murmur3_x86_32;

/**
 * Numbers that Spark's hash partitioning sends to given partitions. A column of them puts rows into
 * the partitions that they came from, which hashes of the partitions' indices would not.
 */
final class PartitionNumbers {
  /** The seed of Spark's hash partitioning. */
  private static final int SEED = 42;

  private PartitionNumbers() {}

  /** A number for each of a number of partitions. */
  static int[] of(int partitions) {
    int[] numbers = new int[partitions];
    boolean[] found = new boolean[partitions];
    int left = partitions;
    for (int number = 0; left > 0; number++) {
      int partition = Math.floorMod(Murmur3_x86_32.hashInt(number, SEED), partitions);
      if (!found[partition]) {
        found[partition] = true;
        numbers[partition] = number;
        left--;
      }
    }
    return numbers;
  }
}
