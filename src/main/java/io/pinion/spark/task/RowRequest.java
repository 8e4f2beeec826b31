package io.pinion.spark.task;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import io.pinion.spark.ledger.RequestKey;
import java.util.List;
import org.apache.spark.sql.Row;

/** A row with its request, with the error that prevented one, or with its result. */
sealed interface RowRequest {
  Row row();

  /** Identifies the row in messages and results. */
  String id();

  /** Names the row's request in a ledger; {@code null} if there is none. */
  RequestKey key();

  /** A row with its request. */
  record Ready(Row row, String id, RequestKey key, GenerationRequest request)
      implements RowRequest {}

  /** A row that failed before its request was complete. */
  record Failed(Row row, String id, RequestKey key, RowException fault) implements RowRequest {
    GenerationResult result() {
      return new GenerationResult(id, 0, 0, List.of(), fault);
    }
  }

  /**
   * A row with the result that an earlier run had.
   *
   * @param cached whether it comes from a cache that other runs share
   */
  record Answered(Row row, RequestKey key, GenerationResult result, boolean cached)
      implements RowRequest {
    @Override
    public String id() {
      return result.rowId();
    }
  }
}
