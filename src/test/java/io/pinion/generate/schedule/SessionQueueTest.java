package io.pinion.generate.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.generate.FakeModel;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.LetterTokenizer;
import io.pinion.generate.SamplingParameters;
import io.pinion.generate.batch.ContinuousBatcher;
import io.pinion.generate.sequence.SequenceGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** In which order rows begin, and how many passes of the model that takes. */
class SessionQueueTest {
  private static final int MAX_LENGTH = 10_000;

  /** A group whose prompt has one token and whose completion has the others. */
  private static SequenceGroup group(int number, int length, int width) {
    SamplingParameters sampling =
        new SamplingParameters(
            0, 1, 0, 0, 1, 0, 0, length - 1, 0, List.of(), List.of(), 0, width, 0, true);
    GenerationRequest request = new GenerationRequest("" + number, new int[1], sampling);
    return new SequenceGroup(null, request, MAX_LENGTH, null, null, Set.of());
  }

  private static SessionQueue queue(int slots, int... lengths) {
    SessionQueue queue = new SessionQueue(slots);
    for (int i = 0; i < lengths.length; i++) {
      queue.add(group(i, lengths[i], 1));
    }
    return queue;
  }

  private static List<String> order(SessionQueue queue) {
    List<String> order = new ArrayList<>();
    while (!queue.isEmpty()) {
      assertThat(queue.peek()).isSameAs(queue.peek());
      order.add(queue.take().request().rowId());
    }
    return order;
  }

  @Test
  void rowsAlikeBeginInTheirOrder() {
    assertThat(order(queue(3, 7, 7, 7, 7))).containsExactly("0", "1", "2", "3");
    SessionQueue ended = queue(3, 7, 7, 7, 7);
    ended.end();
    assertThat(order(ended)).containsExactly("0", "1", "2", "3");
  }

  @Test
  void aLongRowBeginsItsLengthBeforeItIsDue() {
    // Two slots are through with the rows at 5, 10, 15, 35 and 40, so the fourth begins at -5.
    assertThat(order(queue(2, 10, 10, 10, 40, 10))).containsExactly("0", "3", "1", "2", "4");
  }

  @Test
  void aLongRowFarAwayDoesNotOvertakeYet() {
    // With one slot, a row is due its own length after the one before it: the order of the input.
    assertThat(order(queue(1, 10, 1, 99, 3))).containsExactly("0", "1", "2", "3");
  }

  @Test
  void onceNothingMoreComesTheLongestBeginFirst() {
    SessionQueue queue = queue(1, 10, 1, 99, 3, 10);
    queue.end();
    assertThat(order(queue)).containsExactly("2", "0", "4", "3", "1");
  }

  @Test
  void aRowIsOvertakenByLongerOnesAloneAndNoFurtherThanThatIsWorth() {
    Random random = new Random(5);
    for (int round = 0; round < 200; round++) {
      int slots = 1 + random.nextInt(8);
      List<SequenceGroup> groups = new ArrayList<>();
      SessionQueue queue = new SessionQueue(slots);
      long[] starts = new long[40];
      long due = 0;
      for (int i = 0; i < starts.length; i++) {
        int length = 2 + random.nextInt(60);
        int width = 1 + random.nextInt(slots);
        due += (long) length * width;
        starts[i] = due - (long) length * slots;
        groups.add(group(i, length, width));
        queue.add(groups.get(i));
      }
      List<String> expected =
          groups.stream()
              .map(group -> group.request().rowId())
              .sorted(Comparator.comparingLong(id -> starts[Integer.parseInt(id)]))
              .toList();
      assertThat(order(queue)).isEqualTo(expected);
    }
  }

  @Test
  void theLastRowsEndTogetherAndResultsStayInOrder() {
    // In the order of the input, six rows of two passes on two slots and the long one alone: 6 +
    // 12.
    // Its start comes before that of the fourth row, and after the first two are done: 2 + 12.
    assertThat(passes(2, false, 2, 2, 2, 2, 2, 2, 12)).isEqualTo(14);
    assertThat(passes(2, true, 2, 2, 2, 2, 2, 2, 12)).isEqualTo(12);
  }

  /** Generates texts of these lengths and checks that they come out in order. */
  private static int passes(int slots, boolean endIsKnown, int... lengths) {
    FakeModel model = new FakeModel(26, slots, 40);
    try (ContinuousBatcher batcher =
            ContinuousBatcher.open(model, new LetterTokenizer(26), List.of(0), slots);
        GenerationSession session = batcher.open("t")) {
      for (int i = 0; i < lengths.length; i++) {
        session.submit(group(i, 1 + lengths[i], 1).request());
      }
      if (endIsKnown) {
        session.endOfInput();
      }
      for (int i = 0; i < lengths.length; i++) {
        GenerationResult result = session.next();
        assertThat(result.rowId()).isEqualTo("" + i);
        assertThat(result.completions().get(0).tokenIds()).hasSize(lengths[i]);
      }
      session.endOfInput();
    }
    return model.steps;
  }
}
