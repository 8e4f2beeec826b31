package io.pinion.model.architecture.block;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor that a decoder needs, put together row by row from stored ones. Names are the family's,
 * as a rule those of Hugging Face, and {@code {}} in them stands for the number of the layer.
 *
 * @param parts what it is put together from, in this order
 * @param columns how many numbers each row has; 0 for vectors
 */
public record WeightSpec(Kind kind, List<Part> parts, long columns) {

  /** What a tensor is used for, which decides how it is kept. */
  public enum Kind {
    VECTOR,

    /** Rows that are looked up one by one, as in an embedding. */
    TABLE,

    /** A factor of matrix products. */
    MATRIX
  }

  /**
   * A stored tensor.
   *
   * @param rows how many rows it has; of a vector, elements
   */
  public record Part(String name, long rows) {
    private Part suffixed(String suffix) {
      return new Part(name + suffix, rows);
    }
  }

  public WeightSpec {
    parts = List.copyOf(parts);
  }

  public static WeightSpec vector(String name, long length) {
    return new WeightSpec(Kind.VECTOR, List.of(new Part(name, length)), 0);
  }

  public static WeightSpec table(String name, long rows, long columns) {
    return new WeightSpec(Kind.TABLE, List.of(new Part(name, rows)), columns);
  }

  /** The matrix of some projections; their names go without {@code .weight}. */
  static WeightSpec matrix(long columns, Part... projections) {
    return new WeightSpec(Kind.MATRIX, suffixed(".weight", projections), columns);
  }

  /** The bias of some projections; their names go without {@code .bias}. */
  static WeightSpec bias(Part... projections) {
    return new WeightSpec(Kind.VECTOR, suffixed(".bias", projections), 0);
  }

  private static List<Part> suffixed(String suffix, Part... parts) {
    return Arrays.stream(parts).map(part -> part.suffixed(suffix)).toList();
  }

  /** Whether the other is made of the same stored tensors, whatever it is used for. */
  public boolean sameTensor(WeightSpec other) {
    return parts.equals(other.parts) && columns == other.columns;
  }

  /** The tensor of one layer. */
  public WeightSpec ofLayer(int layer) {
    String number = Integer.toString(layer);
    return new WeightSpec(
        kind,
        parts.stream().map(p -> new Part(p.name.replace("{}", number), p.rows)).toList(),
        columns);
  }
}
