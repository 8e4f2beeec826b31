package io.pinion.job;

import java.io.IOException;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;

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
  public final Path staging() {
    return folder.root();
  }

  @Override
  public final void hold() throws IOException {
    folder.hold();
  }

  @Override
  public final Dataset<Row> written(StructType columns) {
    return staged.written(columns);
  }

  @Override
  public final void publishFor(Path cutOff) throws IOException {
    StagingFolder left = reopen(cutOff);
    if (left.exists()) {
      left.addToTarget(staged.complete());
    }
  }

  @Override
  public Dataset<Row> leftBy(Path cutOff) throws IOException {
    return staged.leftIn(reopen(cutOff));
  }

  @Override
  public final void discardFor(Path cutOff) throws IOException {
    reopen(cutOff).discard();
  }

  /** Opens a folder that another run made for this output. */
  abstract StagingFolder reopen(Path root) throws IOException;

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
