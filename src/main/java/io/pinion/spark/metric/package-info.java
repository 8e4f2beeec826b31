/** Accumulators: what tasks count and the driver reads. */
package io.pinion.spark.metric;
