package io.pinion.spark.ledger;

import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.hadoop.fs.FileStatus;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the footers of a ledger's files say. A damaged file counts as one without rows.
 *
 * @param rows the number of answers
 * @param failed how many of them are errors
 * @param recent how many are in pieces that a run has written since a time
 * @param latest when the last piece was written, in milliseconds since 1970; 0 if there is none
 */
public record PieceCounts(
    long pieces, long bytes, long rows, long failed, long recent, long latest) {
  private static final Logger LOG = LoggerFactory.getLogger(PieceCounts.class);

  /**
   * Counts.
   *
   * @param run whose pieces may be recent
   * @param since in milliseconds since 1970
   */
  public static PieceCounts of(LedgerFolder folder, String run, long since) throws IOException {
    long pieces = 0;
    long bytes = 0;
    long rows = 0;
    long failed = 0;
    long recent = 0;
    long latest = 0;
    for (FileStatus file : folder.pieces()) {
      long inFile = 0;
      try (ParquetFileReader reader =
          ParquetFileReader.open(HadoopInputFile.fromStatus(file, folder.configuration()))) {
        inFile = reader.getRecordCount();
        for (BlockMetaData block : reader.getFooter().getBlocks()) {
          failed += errors(block);
        }
      } catch (FileNotFoundException e) {
        LOG.debug("{} was put into another piece meanwhile", file.getPath(), e);
        continue;
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} is damaged, so that its rows do not count: {}", file.getPath(), e.toString());
      }
      pieces++;
      bytes += file.getLen();
      rows += inFile;
      boolean ofRun = file.getPath().getParent().getName().equals(run);
      recent += ofRun && file.getModificationTime() >= since ? inFile : 0;
      latest = Math.max(latest, file.getModificationTime());
    }
    return new PieceCounts(pieces, bytes, rows, failed, recent, latest);
  }

  private static long errors(BlockMetaData block) {
    for (ColumnChunkMetaData column : block.getColumns()) {
      Statistics<?> statistics = column.getStatistics();
      if (column.getPath().toDotString().equals(Answer.ERROR) && statistics.isNumNullsSet()) {
        return block.getRowCount() - statistics.getNumNulls();
      }
    }
    return 0;
  }
}
