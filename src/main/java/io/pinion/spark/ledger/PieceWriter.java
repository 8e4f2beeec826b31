package io.pinion.spark.ledger;

import io.pinion.generate.GenerationResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;

/**
 * Writes the answers of one task attempt to a ledger. An answer is kept in memory until a piece of
 * them is worth a file: after {@value #FIRST_SECONDS} seconds at first, then after twice as long
 * each time, up to {@value #MOST_SECONDS}, or sooner if they are many. So that much work is lost
 * with the executor, at most. Not thread-safe.
 */
final class PieceWriter {
  static final int FIRST_SECONDS = 10;
  static final int MOST_SECONDS = 120;
  static final int MOST_ANSWERS = 10_000;
  static final long MOST_TOKENS = 1_000_000;
  private static final long ROW_GROUP_BYTES = 8 << 20;

  private final LedgerFolder folder;
  private final String run;
  private final int partition;
  private final long task;
  private final boolean logprobs;
  private final int interval;
  private final LongSupplier nanoTime;
  private final List<Answer> answers = new ArrayList<>();
  private long tokens;
  private int pieces;
  private long begun;
  private long seconds;

  /**
   * @param task the number of the task attempt, which no other has
   * @param interval in seconds, instead of that of this class; 0 for none
   * @param nanoTime a clock in nanoseconds
   */
  PieceWriter(
      LedgerFolder folder,
      String run,
      int partition,
      long task,
      boolean logprobs,
      int interval,
      LongSupplier nanoTime) {
    this.folder = folder;
    this.run = run;
    this.partition = partition;
    this.task = task;
    this.logprobs = logprobs;
    this.interval = interval;
    this.seconds = interval > 0 ? interval : FIRST_SECONDS;
    this.nanoTime = nanoTime;
    this.begun = nanoTime.getAsLong();
  }

  /**
   * Adds an answer.
   *
   * @throws UncheckedIOException if a piece cannot be written
   */
  void add(RequestKey key, GenerationResult result) {
    answers.add(new Answer(key, result));
    tokens += result.completionTokens();
    boolean old = nanoTime.getAsLong() - begun >= TimeUnit.SECONDS.toNanos(seconds);
    if (old || answers.size() >= MOST_ANSWERS || tokens >= MOST_TOKENS) {
      flush();
      if (old && interval == 0) {
        seconds = Math.min(2 * seconds, MOST_SECONDS);
      }
    }
  }

  /**
   * Writes what is in memory.
   *
   * @throws UncheckedIOException if it cannot be written; then it stays in memory
   */
  void flush() {
    begun = nanoTime.getAsLong();
    if (answers.isEmpty()) {
      return;
    }
    Path piece = new Path(folder.run(run), LedgerFolder.name(partition, task, pieces));
    try {
      write(piece);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the checkpoint's file "
              + piece
              + " cannot be written: "
              + e.getMessage()
              + "; make room or mend the rights, and run the job again",
          e);
    }
    pieces++;
    tokens = 0;
    answers.clear();
  }

  private void write(Path piece) throws IOException {
    FileSystem files = folder.files();
    Path unfinished = new Path(piece.getParent(), "." + piece.getName());
    long micros = TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(HadoopOutputFile.fromPath(unfinished, folder.configuration()))
            .withType(Answer.PARQUET)
            .withConf(folder.configuration())
            .withRowGroupSize(ROW_GROUP_BYTES)
            // Needs no native library, which a folder for temporary files without exec refuses.
            .withCompressionCodec(CompressionCodecName.GZIP)
            .withWriteMode(ParquetFileWriter.Mode.OVERWRITE)
            .build()) {
      for (Answer answer : answers) {
        writer.write(answer.group(logprobs, micros));
      }
    }
    if (!files.rename(unfinished, piece)) {
      throw new IOException("it cannot be renamed from " + unfinished);
    }
  }
}
