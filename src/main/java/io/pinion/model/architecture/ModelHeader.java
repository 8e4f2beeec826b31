package io.pinion.model.architecture;

import java.util.List;
import java.util.Optional;

/** The contents of a model's files that are read before any weight is loaded. */
public interface ModelHeader {
  /** The name of the family in the file. */
  String architecture();

  /** The keys of {@code config.json}, or the GGUF metadata keys prefixed with the family. */
  ConfigKeys keys();

  /** How many tensors the files have. */
  int tensors();

  /**
   * The shape of a stored tensor, rows first; empty if there is none of that name.
   *
   * @param tensor its name in the file
   */
  Optional<List<Long>> shape(String tensor);

  /** The elements of a small tensor; empty unless it exists with {@code count} F32 elements. */
  Optional<float[]> numbers(String tensor, int count);

  /** The beginning-of-sequence token, or -1. */
  int bosTokenId();

  /** The tokens that end a generation. */
  List<Integer> eosTokenIds();
}
