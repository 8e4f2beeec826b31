package io.pinion.spark.task;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.util.List;
import org.apache.spark.sql.Row;

/** A row with its request, or with the error that prevented one. */
sealed interface RowRequest {
  Row row();

  /** Identifies the row in messages and results. */
  String id();

  /** A row with its request. */
  record Ready(Row row, String id, GenerationRequest request) implements RowRequest {}

  /** A row that failed before its request was complete. */
  record Failed(Row row, String id, RowException fault) implements RowRequest {
    GenerationResult result() {
      return new GenerationResult(id, 0, 0, List.of(), fault);
    }
  }
}
