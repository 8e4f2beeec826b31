/**
 * What runs in a task: from rows of a partition to requests, through the executor's model, to rows
 * with results, in the order of the partition.
 *
 * <p>Its settings are a table, {@link io.pinion.spark.task.TaskSetting}, from whose values {@link
 * io.pinion.spark.task.TaskOptions} are made.
 *
 * <p>Imports {@code setting}, {@code engine}, {@code generate}, {@code guide}, {@code device},
 * {@code text} and the other packages of {@code spark} below the transformer.
 */
package io.pinion.spark.task;
