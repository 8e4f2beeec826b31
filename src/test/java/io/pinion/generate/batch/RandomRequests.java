package io.pinion.generate.batch;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.SamplingParameters;
import java.util.List;
import java.util.Random;

/** Requests of every kind: greedy, sampled, penalised, beams, stops. */
public final class RandomRequests {
  private RandomRequests() {}

  public static GenerationRequest next(Random random, String rowId, int vocabulary, int slots) {
    int[] prompt = random.ints(1 + random.nextInt(12), 0, vocabulary).toArray();
    boolean beams = random.nextInt(4) == 0;
    boolean sampled = !beams && random.nextBoolean();
    boolean penalised = random.nextInt(3) == 0;
    int maxTokens = 1 + random.nextInt(20);
    int width = 1 + random.nextInt(Math.min(slots, 3));
    return new GenerationRequest(
        rowId,
        prompt,
        new SamplingParameters(
            sampled ? 0.5 + random.nextDouble() : 0,
            random.nextBoolean() ? 1 : 0.3 + 0.6 * random.nextDouble(),
            random.nextBoolean() ? 0 : 1 + random.nextInt(10),
            random.nextBoolean() ? 0 : 0.2 * random.nextDouble(),
            penalised ? 1 + random.nextDouble() : 1,
            penalised ? random.nextDouble() : 0,
            penalised ? random.nextDouble() : 0,
            maxTokens,
            random.nextBoolean() ? 0 : random.nextInt(maxTokens + 1),
            random.nextBoolean() ? List.of() : List.of("ab", "c", "hel"),
            random.nextBoolean() ? List.of() : List.of(5, 7),
            random.nextLong(),
            beams ? 1 + random.nextInt(width) : width,
            beams ? width : 0,
            random.nextInt(4) == 0));
  }
}
