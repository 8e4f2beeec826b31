package io.pinion.model.architecture.block;

import java.util.Arrays;
import java.util.List;

/**
 * A tensor that a decoder needs: the concatenated rows of stored tensors. The family defines their
 * names, usually Hugging Face's; {@code {}} in a name stands for the number of the layer.
 *
 * @param parts the stored tensors, in this order
 * @param columns number of elements per row; 0 for vectors
 */
public record WeightSpec(Kind kind, List<Part> parts, long columns) {

  /** What a tensor is used for, which determines how it is stored in memory. */
  public enum Kind {
    VECTOR,

    /** Rows that are looked up one by one, as in an embedding. */
    TABLE,

    /** The matrix of a linear layer. */
    MATRIX
  }

  /**
   * A stored tensor.
   *
   * @param rows number of rows; of elements, for a vector
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

  /** The matrix of some projections; their names are without {@code .weight}. */
  static WeightSpec matrix(long columns, Part... projections) {
    return new WeightSpec(Kind.MATRIX, suffixed(".weight", projections), columns);
  }

  /** The bias of some projections; their names are without {@code .bias}. */
  static WeightSpec bias(Part... projections) {
    return new WeightSpec(Kind.VECTOR, suffixed(".bias", projections), 0);
  }

  private static List<Part> suffixed(String suffix, Part... parts) {
    return Arrays.stream(parts).map(part -> part.suffixed(suffix)).toList();
  }

  /** Whether the other consists of the same stored tensors, regardless of its use. */
  public boolean sameTensor(WeightSpec other) {
    return parts.equals(other.parts) && columns == other.columns;
  }

  /** This tensor for one layer, with its number in the names. */
  public WeightSpec ofLayer(int layer) {
    String number = Integer.toString(layer);
    return new WeightSpec(
        kind,
        parts.stream().map(p -> new Part(p.name.replace("{}", number), p.rows)).toList(),
        columns);
  }
}
