/**
 * The YAML job file: every problem of it is found at once, each with its line and key.
 *
 * <p>Imports {@code generate}'s parameters and {@code guide}'s requests.
 */
package io.pinion.job.file;
