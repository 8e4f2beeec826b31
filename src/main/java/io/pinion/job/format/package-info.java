/** How rows look in Spark's formats. Imports {@code job.file} and {@code spark.column}. */
package io.pinion.job.format;
