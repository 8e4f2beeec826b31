package io.pinion.model.architecture.block;

/** Root mean square norm (Zhang and Sennrich 2019, arXiv 1910.07467). */
public record RmsNorm(WeightSpec weight, double epsilon) implements Norm {

  /** A norm of rows of a width; {@code name} is without {@code .weight}. */
  public static RmsNorm of(String name, long width, double epsilon) {
    return new RmsNorm(WeightSpec.vector(name + ".weight", width), epsilon);
  }

  @Override
  public String write(BlockWriter out, String input) {
    return out.rmsNorm(input, out.weight(weight), epsilon);
  }
}
