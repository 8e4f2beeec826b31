package io.pinion.spark.task;

import io.pinion.generate.RowException;

/** Ends a job because of one row, where {@code on-error} is {@code fail}. */
final class FailedRowException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** The row's error is no cause, since what is told of a job is the innermost cause. */
  FailedRowException(String row, RowException error) {
    super("row " + row + " failed, and on-error is fail: " + error.getMessage());
    addSuppressed(error);
  }
}
