/**
 * Pinion as a Spark ML transformer, {@link io.pinion.spark.TextGenerator}, and the code that runs
 * in its tasks.
 */
package io.pinion.spark;
