/**
 * Pinion as a Spark ML transformer, {@link io.pinion.spark.TextGenerator}, and what runs inside its
 * tasks.
 */
package io.pinion.spark;
