package io.pinion.model.checkpoint;

import io.pinion.model.ModelException;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongUnaryOperator;

/** Reorders the rows of a stored tensor to those of a weight. */
public final class RowOrder {
  private RowOrder() {}

  /** Describes the weight that a tensor contains, or one of the weights that it contains. */
  public static Weight weight(String name, Weight tensor, StoredTensor stored) {
    boolean vector = tensor.vector();
    return new Weight(
        name,
        vector ? 1 : tensor.rows() / stored.shares(),
        vector ? tensor.columns() / stored.shares() : tensor.columns(),
        vector,
        tensor.type());
  }

  /**
   * Copies some rows of a weight one by one; all elements if it is a vector.
   *
   * @param tensor the complete tensor, little-endian
   * @param origin the file, with which error messages begin
   * @throws ModelException if the weight's rows cannot be separated or grouped as described
   */
  public static ByteBuffer gather(
      Weight weight, StoredTensor stored, ByteBuffer tensor, long from, long to, String origin) {
    long count = weight.vector() ? weight.columns() : weight.rows();
    if (count % stored.group() != 0 || weight.vector() && !weight.type().plain()) {
      throw new ModelException(
          origin
              + " stores "
              + count
              + " rows of "
              + weight.name()
              + " in "
              + weight.type()
              + ", which cannot be reordered in groups of "
              + stored.group());
    }
    int rowBytes = (int) (tensor.remaining() / (count * stored.shares()));
    return weight.vector()
        ? gather(tensor, rowBytes, 0, count, stored.storedRow())
        : gather(tensor, rowBytes, from, to, stored.storedRow());
  }

  private static ByteBuffer gather(
      ByteBuffer tensor, int rowBytes, long from, long to, LongUnaryOperator storedRow) {
    ByteBuffer ordered =
        ByteBuffer.allocate(Math.toIntExact((to - from) * rowBytes)).order(ByteOrder.LITTLE_ENDIAN);
    for (long row = from; row < to; row++) {
      ordered.put(tensor.slice((int) (storedRow.applyAsLong(row) * rowBytes), rowBytes));
    }
    return ordered.flip();
  }
}
