package io.pinion.model.checkpoint;

import io.pinion.model.ModelException;
import io.pinion.model.architecture.StoredTensor;
import io.pinion.model.checkpoint.Checkpoint.Weight;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.LongUnaryOperator;

/** Puts the rows of a stored tensor into the order of a weight. */
public final class RowOrder {
  private RowOrder() {}

  /** The weight that a tensor holds, or one of those that share it. */
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
   * Some rows of a weight, copied one by one; all elements where it is a vector.
   *
   * @param tensor the whole tensor, little-endian
   * @param origin the file, as errors begin
   * @throws ModelException where the weight cannot be taken apart into such rows
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
              + ", which cannot be put in order by groups of "
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
