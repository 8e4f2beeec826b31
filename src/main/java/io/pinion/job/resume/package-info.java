/**
 * Jobs that go on where they were. A checkpoint is a folder that outlives a run: the answers of the
 * rows that are finished ({@code answers}, see {@code spark.ledger}), what they are answers to
 * ({@code manifest.json}), what became of each run ({@code runs}), which rows were appended to the
 * output ({@code appended}), and who uses it now ({@code lock.json}).
 *
 * <p>Imports {@code job.file} and {@code spark}.
 */
package io.pinion.job.resume;
