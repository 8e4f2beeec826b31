/** The columns that a generator adds, and the Spark types of JSON Schemas. */
package io.pinion.spark.column;
