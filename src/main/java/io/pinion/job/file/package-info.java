/**
 * The YAML job file: every problem of it is found at once, each with its line and key.
 *
 * <p>Imports the tables of settings in {@code generate} and {@code spark.task}, and {@code guide}'s
 * requests.
 */
package io.pinion.job.file;
