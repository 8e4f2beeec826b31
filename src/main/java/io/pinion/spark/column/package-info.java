/** The columns that a generator adds, and the Spark type of a JSON Schema. */
package io.pinion.spark.column;
