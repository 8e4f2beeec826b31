/**
 * What a job has to know of Spark's data sources: which there are, how rows look in them, and how
 * they are partitioned and merged. Imports {@code job.file}, {@code setting} and {@code
 * spark.column}.
 */
package io.pinion.job.format;
