package io.pinion.generate.batch;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Measures slot utilization by counting forward passes, which do not depend on the machine: {@code
 * benchmarks/row_order}. One task runs 400 rows through a look-ahead window on 16 slots of a fake
 * model whose texts have a given length or end by themselves. Prints the share of slots in use.
 */
final class RowOrderRun {
  private static final int SLOTS = 16;
  private static final int ROWS = 400;
  private static final int[] LOOK_AHEADS = {1, 2, 4, 8};

  private RowOrderRun() {}

  /** The maximum length of a row's text and whether it may end earlier. */
  private interface Lengths {
    int of(Random random, int row);
  }

  public static void main(String[] arguments) {
    run("64 at most, ended by the model", false, (random, row) -> 64);
    run("8 to 64", true, (random, row) -> 8 + random.nextInt(57));
    run("8, every tenth row 64", true, (random, row) -> random.nextInt(10) == 0 ? 64 : 8);
    run("8 to 64, rising", true, (random, row) -> 8 + 57 * row / ROWS);
  }

  private static void run(String name, boolean ignoreEos, Lengths lengths) {
    StringBuilder line = new StringBuilder(name);
    for (int lookAhead : LOOK_AHEADS) {
      line.append(String.format("  %d: %.3f", lookAhead, share(ignoreEos, lengths, lookAhead)));
    }
    System.out.println(line);
  }

  private static double share(boolean ignoreEos, Lengths lengths, int lookAhead) {
    FakeModel model = new FakeModel(26, SLOTS, 80);
    Random random = new Random(1);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int row = 0; row < ROWS; row++) {
      SamplingParameters sampling =
          new SamplingParameters(
              1,
              1,
              0,
              0,
              1,
              0,
              0,
              lengths.of(random, row),
              0,
              List.of(),
              List.of(),
              3,
              1,
              0,
              ignoreEos);
      int[] prompt = random.ints(1 + random.nextInt(8), 1, 26).toArray();
      requests.add(new GenerationRequest("row " + row, prompt, sampling));
    }
    long tokens = 0;
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(0), SLOTS);
        GenerationSession session = batcher.open("t")) {
      int submitted = 0;
      for (int row = 0; row < ROWS; row++) {
        while (submitted < ROWS && session.pending() < lookAhead * SLOTS) {
          session.submit(requests.get(submitted++));
          if (submitted == ROWS) {
            session.endOfInput();
          }
        }
        tokens += session.next().completions().get(0).tokenIds().length;
      }
    }
    return (double) tokens / SLOTS / model.steps;
  }
}
