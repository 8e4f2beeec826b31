package io.pinion.spark.task;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.util.List;
import org.apache.spark.sql.Row;

/** A row and what to generate for it, or why there is nothing to generate. */
sealed interface RowRequest {
  Row row();

  /** What names the row to its user. */
  String id();

  /** A row that a request was made for. */
  record Ready(Row row, String id, GenerationRequest request) implements RowRequest {}

  /** A row that failed before there was a request. */
  record Failed(Row row, String id, RowException fault) implements RowRequest {
    GenerationResult result() {
      return new GenerationResult(id, 0, 0, List.of(), fault);
    }
  }
}
