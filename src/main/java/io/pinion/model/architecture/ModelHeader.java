package io.pinion.model.architecture;

import java.util.List;
import java.util.Optional;

/** What the files of a model say before any weight is loaded. */
public interface ModelHeader {
  /** The name of the family, as the file has it. */
  String architecture();

  /** The keys of {@code config.json}, or those of GGUF metadata that begin with the family. */
  ConfigKeys keys();

  /**
   * The shape of a stored tensor, rows first; empty where there is none of that name.
   *
   * @param tensor its name in the file
   */
  Optional<List<Long>> shape(String tensor);

  /** The numbers of a small tensor; empty where there is none of so many F32 numbers. */
  Optional<float[]> numbers(String tensor, int count);

  /** The beginning-of-sequence token, or -1. */
  int bosTokenId();

  /** The tokens that end a generation. */
  List<Integer> eosTokenIds();
}
