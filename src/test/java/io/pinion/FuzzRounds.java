package io.pinion;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Runs a fuzzer for a number of rounds from a fixed seed, or, for a long run by hand, for {@code
 * -Dfuzz.seconds=N} from {@code -Dfuzz.seed=N}. A round gives the name of its outcome; any
 * exception ends the run with the seed of its round, which repeats it alone as the first of a run.
 */
public final class FuzzRounds {
  private static final long SECONDS = Long.getLong("fuzz.seconds", 0);
  private static final long SEED = Long.getLong("fuzz.seed", 1);

  private FuzzRounds() {}

  /**
   * Runs rounds, each with its own random numbers.
   *
   * @return how many rounds had each outcome
   */
  public static Map<String, Integer> run(String name, int rounds, Function<Random, String> round) {
    Map<String, Integer> outcomes = new TreeMap<>();
    long end = System.nanoTime() + SECONDS * 1_000_000_000L;
    for (long i = 0; SECONDS == 0 ? i < rounds : System.nanoTime() < end; i++) {
      long seed = SEED + i;
      try {
        outcomes.merge(round.apply(new Random(seed)), 1, Integer::sum);
      } catch (RuntimeException | Error e) {
        throw new AssertionError(name + ": round with seed " + seed, e);
      }
    }
    System.out.println("fuzz: " + name + " " + outcomes);
    return outcomes;
  }
}
