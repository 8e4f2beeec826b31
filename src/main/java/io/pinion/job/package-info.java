/**
 * The {@code spark-submit} entry: job files, progress and the run report. Imports {@code spark}.
 */
package io.pinion.job;
