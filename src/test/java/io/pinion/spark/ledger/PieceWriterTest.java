package io.pinion.spark.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinion.generate.Completion;
import io.pinion.generate.FinishReason;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task writes, and what its next attempt reads. */
class PieceWriterTest {
  @TempDir java.nio.file.Path folder;
  private final AtomicLong clock = new AtomicLong();
  private LedgerFolder ledger;

  @BeforeEach
  void open() {
    ledger = new LedgerFolder(new Path(folder.resolve("answers").toUri()), new Configuration());
  }

  private PieceWriter writer(long attempt, int interval) {
    return new PieceWriter(ledger, "run", 3, attempt, true, interval, clock::get);
  }

  private static RequestKey key(int row) {
    return new RequestKey(row, -row);
  }

  private static GenerationResult result(int row) {
    Completion completion =
        new Completion(
            "text " + row + " \u00e4\ud83d\ude00",
            FinishReason.LENGTH,
            new int[] {row, 7, 49_151},
            new float[] {-0.5f, 0, Float.MIN_VALUE});
    Completion empty = new Completion("", FinishReason.STOP, new int[0], new float[0]);
    return new GenerationResult("row " + row, 12, 5, List.of(completion, empty), null);
  }

  private static void assertSame(GenerationResult actual, GenerationResult expected) {
    assertThat(actual)
        .usingRecursiveComparison()
        .ignoringFields("cachedPromptTokens", "error")
        .isEqualTo(expected);
    assertThat(actual.cachedPromptTokens()).isZero();
  }

  @Test
  void theNextAttemptReadsWhatEarlierOnesWrote() throws IOException {
    PieceWriter first = writer(9, 0);
    first.add(key(0), result(0));
    first.flush();
    first.add(key(1), result(1));
    first.flush();
    PieceWriter second = writer(10, 0);
    GenerationResult failed =
        new GenerationResult("row 2", 3, 0, List.of(), new RowException("too long"));
    second.add(key(2), failed);
    second.flush();
    try (EarlierAttempts attempts = new EarlierAttempts(ledger, "run", 3)) {
      assertSame(attempts.of(key(0)), result(0));
      assertThat(attempts.of(key(2)).error()).hasMessage("too long");
      assertSame(attempts.of(key(1)), result(1));
      assertThat(attempts.of(key(5))).isNull();
    }
    try (EarlierAttempts none = new EarlierAttempts(ledger, "run", 4)) {
      assertThat(none.of(key(0))).isNull();
    }
    try (EarlierAttempts none = new EarlierAttempts(ledger, "other", 3)) {
      assertThat(none.of(key(0))).isNull();
    }
  }

  @Test
  void aDamagedPieceCostsItsRowsAlone() throws IOException {
    for (int piece = 0; piece < 3; piece++) {
      PieceWriter writer = writer(piece, 0);
      writer.add(key(piece), result(piece));
      writer.flush();
    }
    java.nio.file.Path damaged = folder.resolve("answers/run/" + LedgerFolder.name(3, 1, 0));
    byte[] bytes = Files.readAllBytes(damaged);
    Files.write(damaged, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    try (EarlierAttempts attempts = new EarlierAttempts(ledger, "run", 3)) {
      assertThat(attempts.of(key(1))).isNull();
      assertSame(attempts.of(key(0)), result(0));
      assertSame(attempts.of(key(2)), result(2));
    }
  }

  @Test
  void piecesAreWrittenWhenTheyAreOldOrLarge() throws IOException {
    PieceWriter writer = writer(1, 0);
    writer.add(key(0), result(0));
    assertThat(ledger.pieces()).isEmpty();
    clock.addAndGet(TimeUnit.SECONDS.toNanos(PieceWriter.FIRST_SECONDS));
    writer.add(key(1), result(1));
    assertThat(ledger.pieces()).hasSize(1);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(PieceWriter.FIRST_SECONDS));
    writer.add(key(2), result(2));
    assertThat(ledger.pieces()).hasSize(1);
    clock.addAndGet(TimeUnit.SECONDS.toNanos(PieceWriter.FIRST_SECONDS));
    writer.add(key(3), result(3));
    assertThat(ledger.pieces()).hasSize(2);
    for (int i = 0; i < PieceWriter.MOST_ANSWERS; i++) {
      writer.add(key(i), result(i));
    }
    assertThat(ledger.pieces()).hasSize(3);
    writer.flush();
    assertThat(ledger.pieces()).hasSize(3);
  }

  @Test
  void anIntervalOfTheUserStaysAsItIs() throws IOException {
    PieceWriter writer = writer(1, 2);
    for (int i = 1; i <= 4; i++) {
      clock.addAndGet(TimeUnit.SECONDS.toNanos(2));
      writer.add(key(i), result(i));
      assertThat(ledger.pieces()).hasSize(i);
    }
  }

  @Test
  void aPieceThatCannotBeWrittenStaysInMemory() throws IOException {
    PieceWriter writer = writer(1, 0);
    writer.add(key(0), result(0));
    java.nio.file.Path blocked = folder.resolve("answers");
    Files.writeString(blocked, "a file");
    assertThatThrownBy(writer::flush)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot be written")
        .hasMessageContaining("run the job again");
    Files.delete(blocked);
    writer.flush();
    try (EarlierAttempts attempts = new EarlierAttempts(ledger, "run", 3)) {
      assertSame(attempts.of(key(0)), result(0));
    }
  }

  @Test
  void countsComeFromTheFooters() throws IOException {
    PieceWriter writer = writer(1, 0);
    for (int i = 0; i < 5; i++) {
      writer.add(key(i), result(i));
    }
    writer.add(
        key(9), new GenerationResult("9", 0, 0, List.of(), new RowException("a row's error")));
    writer.flush();
    PieceCounts counts = PieceCounts.of(ledger, "run", 0);
    assertThat(counts.pieces()).isEqualTo(1);
    assertThat(counts.rows()).isEqualTo(6);
    assertThat(counts.failed()).isEqualTo(1);
    assertThat(counts.recent()).isEqualTo(6);
    assertThat(counts.bytes()).isPositive();
    assertThat(PieceCounts.of(ledger, "other", 0).recent()).isZero();
    assertThat(PieceCounts.of(ledger, "run", Long.MAX_VALUE).recent()).isZero();
  }
}
