package io.pinion.model.checkpoint.gguf;

import io.pinion.model.TensorType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** GGML's types of tensors by number. */
final class GgufTypes {
  /** The names of all types; the index is the number. */
  private static final List<String> NAMES =
      List.of(
          "F32",
          "F16",
          "Q4_0",
          "Q4_1",
          "Q4_2",
          "Q4_3",
          "Q5_0",
          "Q5_1",
          "Q8_0",
          "Q8_1",
          "Q2_K",
          "Q3_K",
          "Q4_K",
          "Q5_K",
          "Q6_K",
          "Q8_K",
          "IQ2_XXS",
          "IQ2_XS",
          "IQ3_XXS",
          "IQ1_S",
          "IQ4_NL",
          "IQ3_S",
          "IQ2_S",
          "IQ4_XS",
          "I8",
          "I16",
          "I32",
          "I64",
          "F64",
          "IQ1_M",
          "BF16",
          "Q4_0_4_4",
          "Q4_0_4_8",
          "Q4_0_8_8",
          "TQ1_0",
          "TQ2_0",
          "IQ4_NL_4_4",
          "IQ4_NL_4_8",
          "IQ4_NL_8_8",
          "MXFP4");

  private GgufTypes() {}

  /** The type with a number; empty if Pinion does not read it. */
  static Optional<TensorType> of(int number) {
    String name = number >= 0 && number < NAMES.size() ? NAMES.get(number) : "";
    return Arrays.stream(TensorType.values()).filter(type -> type.name().equals(name)).findFirst();
  }

  /** A type's name for messages. */
  static String name(int number) {
    return number >= 0 && number < NAMES.size()
        ? NAMES.get(number)
        : "with the unknown number " + number;
  }

  static String supported() {
    return Arrays.stream(TensorType.values()).map(Enum::name).collect(Collectors.joining(", "));
  }
}
