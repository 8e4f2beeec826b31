/**
 * The code that runs in a task. It turns the rows of a partition into requests, runs them on the
 * executor's model, and returns the rows with their results in the order of the partition.
 *
 * <p>The settings are a table, {@link io.pinion.spark.task.TaskSetting}; its values become {@link
 * io.pinion.spark.task.TaskOptions}.
 *
 * <p>Imports {@code setting}, {@code engine}, {@code generate}, {@code guide}, {@code device},
 * {@code text} and the other packages of {@code spark} below the transformer.
 */
package io.pinion.spark.task;
