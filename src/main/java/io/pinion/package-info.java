/**
 * Structured LLM batch inference for Apache Spark.
 *
 * <p>The packages, from the top: {@code job} (a YAML file through {@code spark-submit}) uses {@code
 * spark} (a Spark ML transformer and what runs in its tasks), which uses {@code engine} (a loaded
 * model with its tokenizer, chat template and guides). Below the engine stand, side by side, {@code
 * generate} (continuous batching), {@code model} (checkpoints and the forward pass), {@code guide}
 * (which tokens a row may be given) and {@code text} (tokenizers and prompts). {@code torch},
 * {@code device} and {@code jinja} are the ground. Imports point down; {@code ArchitectureTest}
 * holds the arrows.
 */
package io.pinion;
