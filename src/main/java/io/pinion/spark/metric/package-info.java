/** Spark accumulators, which tasks add to and the driver reads. */
package io.pinion.spark.metric;
