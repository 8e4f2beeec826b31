package io.pinion.generate;

import java.nio.charset.StandardCharsets;

/**
 * Counter-based random numbers: a pure function of seed, row, completion and step, so that a row
 * draws the same ones in any batch, partition and executor.
 *
 * <p>SplitMix64's finalizer (Steele, Lea and Flood 2014) is applied once for each part of the key.
 */
public final class CounterRandom {
  private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
  private static final double UNIT = 0x1.0p-52;

  private CounterRandom() {}

  /** A row's key: its id hashed with FNV-1a over UTF-8, mixed with the seed. */
  public static long key(long seed, String rowId) {
    long hash = 0xCBF29CE484222325L;
    for (byte b : rowId.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
    }
    return mix(mix(seed + GOLDEN_GAMMA) ^ hash);
  }

  /** A number in [0, 1), with 52 random bits. */
  public static double uniform(long key, int completion, int step) {
    long stream = mix(key + GOLDEN_GAMMA * (completion + 1L));
    return (mix(stream + GOLDEN_GAMMA * (step + 1L)) >>> 12) * UNIT;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
