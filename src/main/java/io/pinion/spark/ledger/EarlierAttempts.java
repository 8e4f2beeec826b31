package io.pinion.spark.ledger;

import io.pinion.generate.GenerationResult;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.example.GroupReadSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What earlier attempts at a partition wrote, such as that of an executor that was lost. They wrote
 * in the order of the rows, in which this reads: what it read and was not asked for, it remembers
 * in a {@link ResultCache}. Should the rows come in another order, some are generated anew. Not
 * thread-safe.
 */
final class EarlierAttempts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EarlierAttempts.class);

  private final LedgerFolder folder;
  private final Deque<Path> pieces;
  private final ResultCache<RequestKey> read = new ResultCache<>();
  private ParquetReader<Group> reader;

  EarlierAttempts(LedgerFolder folder, String run, int partition) throws IOException {
    this.folder = folder;
    this.pieces = new ArrayDeque<>(folder.pieces(run, partition));
  }

  /** The result of a request; {@code null} if there is none. */
  GenerationResult of(RequestKey key) {
    GenerationResult known = read.get(key);
    while (known == null && (reader != null || !pieces.isEmpty())) {
      Answer next = next();
      if (next != null) {
        read.put(next.key(), next.result());
        known = next.key().equals(key) ? next.result() : null;
      }
    }
    return known;
  }

  /** The next answer; {@code null} at the end of a piece. */
  private Answer next() {
    Path piece = pieces.peek();
    try {
      if (reader == null) {
        reader =
            ParquetReader.builder(new GroupReadSupport(), piece)
                .withConf(folder.configuration())
                .build();
      }
      Group group = reader.read();
      if (group != null) {
        return Answer.of(group);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("The rows in {} are generated anew, since it cannot be read", piece, e);
    }
    pieces.poll();
    close();
    return null;
  }

  @Override
  public void close() {
    if (reader == null) {
      return;
    }
    try {
      reader.close();
    } catch (IOException e) {
      LOG.warn("A piece of a ledger cannot be closed", e);
    }
    reader = null;
  }
}
