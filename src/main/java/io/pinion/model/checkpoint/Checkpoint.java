package io.pinion.model.checkpoint;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * The weights and metadata of a model on local disk, whatever the file format.
 *
 * <p>Weights have the names and the order of rows that the family's decoder asks for, as a rule
 * Hugging Face's ({@code model.layers.0.self_attn.q_proj.weight}); GGUF's permuted q and k rows are
 * put back. Not thread-safe. Closing releases the files; buffers handed out stay valid.
 */
public interface Checkpoint extends AutoCloseable {

  /** The file or directory it was read from, for errors. */
  String origin();

  /** The model's shape. */
  ModelConfig config();

  /** How many numbers its weights have, all together. */
  long parameters();

  /** What is known of a weight, or empty where the checkpoint has none of that name. */
  Optional<Weight> weight(String name);

  /**
   * Rows {@code from} (inclusive) to {@code to} (exclusive) of a weight as stored, little-endian. A
   * vector is one row.
   *
   * @throws ModelException where the file cannot be read
   */
  ByteBuffer rows(Weight weight, long from, long to);

  /**
   * The tokenizer, read but not yet built.
   *
   * @throws ModelException where the checkpoint has none
   */
  TokenizerData tokenizer();

  /** The texts of {@code bos_token}, {@code eos_token} and the like, which chat templates use. */
  Map<String, String> specialTokens();

  /** The chat template's Jinja source, where the model has one. */
  Optional<String> chatTemplate();

  @Override
  void close();

  /**
   * A weight's name, shape and stored type.
   *
   * @param rows the first dimension; 1 for a vector
   * @param columns the second dimension; the length of a vector
   */
  record Weight(String name, long rows, long columns, boolean vector, TensorType type) {}
}
