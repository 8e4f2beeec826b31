package io.pinion.model.checkpoint;

import io.pinion.model.ModelConfig;
import io.pinion.model.ModelException;
import io.pinion.model.TensorType;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The weights and metadata of a model on local disk, in any supported file format.
 *
 * <p>Weights have the names and the row order that the family's decoder uses, usually Hugging
 * Face's ({@code model.layers.0.self_attn.q_proj.weight}); the permuted q and k rows of GGUF files
 * are restored. Not thread-safe. Closing releases the files; returned buffers stay valid.
 */
public interface Checkpoint extends AutoCloseable {

  /** The file or directory that it was read from, for error messages. */
  String origin();

  /** The model's shape. */
  ModelConfig config();

  /** Total number of elements of all weights. */
  long parameters();

  /** The names of the tensors that hold weights, as stored. */
  Set<String> tensors();

  /** The name of the tensor that would hold a weight, or several weights of which it is one. */
  String tensor(String weight);

  /** The description of a weight, or empty if the checkpoint has none of that name. */
  Optional<Weight> weight(String name);

  /**
   * Rows {@code from} (inclusive) to {@code to} (exclusive) of a weight as stored, little-endian. A
   * vector is one row.
   *
   * @throws ModelException if the file cannot be read
   */
  ByteBuffer rows(Weight weight, long from, long to);

  /**
   * The tokenizer's data, from which a tokenizer can be built.
   *
   * @throws ModelException if the checkpoint has no tokenizer
   */
  TokenizerData tokenizer();

  /** The texts of {@code bos_token}, {@code eos_token} and the like, which chat templates use. */
  Map<String, String> specialTokens();

  /** The chat template's Jinja source, if the model has one. */
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
