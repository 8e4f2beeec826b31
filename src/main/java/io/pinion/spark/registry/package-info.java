/**
 * The models in an executor's memory: loaded once for each device by the first task that needs one,
 * shared by the tasks that follow, and freed when memory is needed or their session ends.
 *
 * <p>Imports {@code engine}, {@code generate} and {@code device}.
 */
package io.pinion.spark.registry;
