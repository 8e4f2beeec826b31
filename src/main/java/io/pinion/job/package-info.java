/**
 * The entry point for {@code spark-submit}: job files, progress and the run report. Imports {@code
 * spark}.
 */
package io.pinion.job;
