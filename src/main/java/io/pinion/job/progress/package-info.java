/**
 * Watches a job while it runs: counts of rows and tokens, and what is made of them.
 *
 * <pre>{@code
 * RunCurve curve = new RunCurve(System::nanoTime);
 * spark.sparkContext().addSparkListener(new RowCounts(curve));
 * }</pre>
 *
 * <p>Imports {@code spark.metric}.
 */
package io.pinion.job.progress;
