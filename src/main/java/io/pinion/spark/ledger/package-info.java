/**
 * What was generated already. A ledger is a folder of Parquet files, called pieces, which tasks
 * write while they run; a row whose request has an answer in it is not generated again.
 *
 * <p>A request's key is a digest of everything that its text depends on, so that an answer is right
 * wherever it is found. A piece that is lost costs time, not rows.
 *
 * <p>Imports {@code generate} and {@code spark.column}.
 */
package io.pinion.spark.ledger;
