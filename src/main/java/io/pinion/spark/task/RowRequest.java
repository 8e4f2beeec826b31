package io.pinion.spark.task;

import io.pinion.generate.GenerationRequest;
import io.pinion.generate.GenerationResult;
import io.pinion.generate.RowException;
import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A row and what to generate for it.
 *
 * @param id what names the row to its user
 * @param request {@code null} where the row failed before there was one
 * @param fault why; otherwise {@code null}
 */
record RowRequest(Row row, String id, GenerationRequest request, RowException fault) {

  /** The result of a row that has no request. */
  GenerationResult failed() {
    return new GenerationResult(id, 0, 0, List.of(), fault);
  }
}
