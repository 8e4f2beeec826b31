package io.pinion.job;

import java.io.IOException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** An output whose rows are written into a folder beside it first. */
abstract class StagedOutput implements JobOutput {
  /** Set by {@link #prepare}; {@code null} until then. */
  StagingFolder folder;

  /** Set by {@link #prepare}; {@code null} until then. */
  StagedRows staged;

  @Override
  public final void write(Dataset<Row> rows) {
    staged.write(rows);
  }

  @Override
  public final String keep() throws IOException {
    return folder.keep(staged.complete()).toString();
  }

  @Override
  public final void discard() throws IOException {
    if (folder != null) {
      folder.discard();
    }
  }
}
