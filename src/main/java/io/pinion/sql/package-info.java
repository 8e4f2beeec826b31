/**
 * Pinion in SQL, for sessions with {@code spark.sql.extensions=io.pinion.sql.PinionExtensions}:
 *
 * <pre>{@code
 * SparkSession spark =
 *     SparkSession.builder()
 *         .config("spark.sql.extensions", "io.pinion.sql.PinionExtensions")
 *         .config("spark.pinion.model.uri", "/models/SmolLM2-135M-Instruct.Q4_1.gguf")
 *         .getOrCreate();
 * spark.sql("SELECT id, pinion_generate('Summarise: ' || body) FROM mails");
 * }</pre>
 *
 * <p>A function is an expression that cannot be evaluated, {@link io.pinion.sql.PinionCall}, until
 * a rule puts a node of {@code spark.plan} in its place.
 *
 * <p>Imports {@code spark} and what it is made of, {@code generate}, {@code guide} and {@code
 * setting}.
 */
package io.pinion.sql;
