package io.pinion.spark.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationException;
import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.GenerationSession;
import io.pinion.generate.RowException;
import io.pinion.generate.SamplingParameters;
import io.pinion.spark.ledger.ResultCache;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The rows in hand, over a session that answers each request with its own name. */
class LookAheadWindowTest {
  private final Session session = new Session();
  private int read;

  /**
   * Hands results out in the order of submission, as it must; what goes wrong is set by request.
   */
  private static final class Session implements GenerationSession {
    final Deque<String> waiting = new ArrayDeque<>();
    final List<String> submitted = new ArrayList<>();
    final Map<String, Supplier<GenerationResult>> faults = new HashMap<>();
    int mostWaiting;
    int ends;
    boolean closed;
    boolean interrupted;

    @Override
    public void submit(GenerationRequest request) {
      assertThat(ends).isZero();
      submitted.add(request.rowId());
      waiting.add(request.rowId());
      mostWaiting = Math.max(mostWaiting, waiting.size());
    }

    @Override
    public void endOfInput() {
      ends++;
    }

    @Override
    public int pending() {
      return waiting.size();
    }

    @Override
    public GenerationResult next() {
      if (interrupted) {
        throw new CancellationException("interrupted");
      }
      String request = waiting.remove();
      Supplier<GenerationResult> fault = faults.get(request);
      return fault == null ? result(request) : fault.get();
    }

    @Override
    public void close() {
      closed = true;
      waiting.clear();
    }
  }

  private static GenerationResult result(String request) {
    Completion text = new Completion(request, FinishReason.STOP, new int[2], new float[2]);
    return new GenerationResult(request, 3, 0, List.of(text), null);
  }

  /** Rows 0, 1, … that ask for these texts; a text of "bad" fails before it is asked for. */
  private Iterator<RowRequest> rows(String... texts) {
    return IntStream.range(0, texts.length).mapToObj(i -> row(i, texts[i])).iterator();
  }

  private RowRequest row(int id, String text) {
    read++;
    return text.equals("bad")
        ? new RowRequest.Failed(null, "" + id, null, new RowException("bad row"))
        : new RowRequest.Ready(
            null,
            "" + id,
            null,
            new GenerationRequest(text, new int[3], SamplingParameters.DEFAULTS));
  }

  private static String text(LookAheadWindow.Finished finished) {
    GenerationResult result = finished.result();
    String text =
        result.error() == null ? result.completions().get(0).text() : result.error().getMessage();
    return finished.row().id() + (finished.shared() ? "=" : ":") + text;
  }

  private static List<String> rest(LookAheadWindow window) {
    List<String> texts = new ArrayList<>();
    while (window.hasNext()) {
      texts.add(text(window.next()));
    }
    assertThatThrownBy(window::next).isInstanceOf(NoSuchElementException.class);
    return texts;
  }

  @Test
  void rowsComeInTheirOrderWithThoseThatFailedInPlace() {
    LookAheadWindow window =
        new LookAheadWindow(rows("a", "bad", "b", "a", "bad"), session, () -> 3, null);
    assertThat(rest(window)).containsExactly("0:a", "1:bad row", "2:b", "3:a", "4:bad row");
    assertThat(session.submitted).containsExactly("a", "b", "a");
    assertThat(session.ends).isEqualTo(1);
  }

  @Test
  void noMoreRowsAreInHandThanTheWindowHolds() {
    String[] texts = new String[50];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = i % 5 == 0 ? "bad" : "t" + i % 7;
    }
    LookAheadWindow window = new LookAheadWindow(rows(texts), session, () -> 4, null);
    for (int out = 1; out <= texts.length; out++) {
      window.next();
      assertThat(read - out).isLessThan(4);
    }
    assertThat(session.mostWaiting).isLessThanOrEqualTo(4);
    assertThat(session.submitted).hasSize(40);
  }

  @Test
  void theSessionIsToldOfTheEndAsSoonAsTheLastRowIsIn() {
    LookAheadWindow window = new LookAheadWindow(rows("a", "b", "c"), session, () -> 2, null);
    window.next();
    assertThat(session.ends).isZero();
    window.next();
    assertThat(session.submitted).hasSize(3);
    assertThat(session.ends).isZero();
    window.next();
    assertThat(session.ends).isEqualTo(1);
  }

  @Test
  void equalRequestsInHandAreComputedOnce() {
    LookAheadWindow window =
        new LookAheadWindow(
            rows("a", "b", "a", "bad", "a", "b"), session, () -> 3, new ResultCache<>(0, 0));
    assertThat(rest(window)).containsExactly("0:a", "1:b", "2=a", "3:bad row", "4=a", "5=b");
    assertThat(session.submitted).containsExactly("a", "b");
  }

  @Test
  void withoutACacheEqualRequestsFarApartAreComputedAgain() {
    LookAheadWindow window =
        new LookAheadWindow(rows("a", "b", "c", "a"), session, () -> 1, new ResultCache<>(0, 0));
    assertThat(rest(window)).containsExactly("0:a", "1:b", "2:c", "3:a");
    LookAheadWindow cached =
        new LookAheadWindow(
            rows("a", "b", "c", "a"), new Session(), () -> 1, new ResultCache<>(9, 99));
    assertThat(rest(cached)).containsExactly("0:a", "1:b", "2:c", "3=a");
  }

  @Test
  void equalRowsInALineDoNotKeepTheDeviceFromItsWork() {
    String[] texts = new String[200];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "t" + i / 4;
    }
    LookAheadWindow window =
        new LookAheadWindow(rows(texts), session, () -> 5, new ResultCache<>());
    window.next();
    // Five different requests, of four rows each, the last one's others not yet asked for.
    assertThat(session.mostWaiting).isEqualTo(5);
    assertThat(read).isEqualTo(17);
    String[] same = new String[200];
    java.util.Arrays.fill(same, "t");
    read = 0;
    Session other = new Session();
    LookAheadWindow all = new LookAheadWindow(rows(same), other, () -> 5, new ResultCache<>());
    all.next();
    assertThat(read).isEqualTo(5 * LookAheadWindow.ROWS_EACH);
    assertThat(other.submitted).hasSize(1);
  }

  @Test
  void resultsAreThoseWithoutSharingForAnyRowsAndSizes() {
    Random random = new Random(3);
    for (int round = 0; round < 300; round++) {
      int kinds = 1 + random.nextInt(12);
      String[] texts =
          random
              .ints(random.nextInt(60), -1, kinds)
              .mapToObj(LookAheadWindowTest::name)
              .toArray(String[]::new);
      int size = 1 + random.nextInt(6);
      Session plain = new Session();
      Session sharing = new Session();
      plain.faults.put("t0", () -> failed("t0"));
      sharing.faults.put("t0", () -> failed("t0"));
      ResultCache<String> cache = new ResultCache<>(random.nextInt(5), random.nextInt(9));
      List<String> expected = rest(new LookAheadWindow(rows(texts), plain, () -> size, null));
      List<String> shared = rest(new LookAheadWindow(rows(texts), sharing, () -> size, cache));
      assertThat(shared.stream().map(text -> text.replace('=', ':')).toList()).isEqualTo(expected);
      long saved = shared.stream().filter(text -> text.contains("=")).count();
      assertThat(sharing.submitted).hasSize(plain.submitted.size() - (int) saved);
      assertThat(sharing.mostWaiting).isLessThanOrEqualTo(size);
    }
  }

  private static String name(int kind) {
    return kind < 0 ? "bad" : "t" + kind;
  }

  private static GenerationResult failed(String request) {
    return new GenerationResult(request, 3, 0, List.of(), new RowException("too long"));
  }

  @Test
  void aRowsErrorIsTheErrorOfEqualRowsToo() {
    session.faults.put("a", () -> failed("a"));
    LookAheadWindow window =
        new LookAheadWindow(rows("a", "b", "a"), session, () -> 3, new ResultCache<>());
    assertThat(rest(window)).containsExactly("0:too long", "1:b", "2=too long");
  }

  @Test
  void aLostComputationFailsTheRowsThatWaitForItAndIsTriedAgainLater() {
    GenerationException lost = new GenerationException("a step failed", null);
    session.faults.put(
        "a",
        () -> {
          throw lost;
        });
    LookAheadWindow window =
        new LookAheadWindow(
            rows("a", "a", "b", "c", "d", "a"), session, () -> 2, new ResultCache<>());
    assertThatThrownBy(window::next).isSameAs(lost);
    assertThatThrownBy(window::next).isSameAs(lost);
    session.faults.clear();
    assertThat(rest(window)).containsExactly("2:b", "3:c", "4:d", "5:a");
  }

  @Test
  void anInterruptedCallLosesNoRow() {
    LookAheadWindow window =
        new LookAheadWindow(rows("a", "b"), session, () -> 2, new ResultCache<>());
    session.interrupted = true;
    assertThatThrownBy(window::next).isInstanceOf(CancellationException.class);
    session.interrupted = false;
    assertThat(rest(window)).containsExactly("0:a", "1:b");
  }

  @Test
  void closingDropsWhatIsInHand() {
    LookAheadWindow window =
        new LookAheadWindow(rows("a", "a", "b"), session, () -> 2, new ResultCache<>());
    window.next();
    window.close();
    assertThat(session.closed).isTrue();
    assertThat(session.pending()).isZero();
    assertThat(window.hasNext()).isFalse();
  }
}
