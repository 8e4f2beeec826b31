package io.pinion.spark.plan;

import java.util.List;
import scala.Product;

/**
 * A node of one of Spark's trees that is made of its parts, as Scala's case classes are: Spark
 * copies it by them, and two of one class are equal if their parts are. A node's class calls {@link
 * #equalParts} in its {@code equals}; Spark's own trees have the hash code of the parts.
 */
public interface ProductNode extends Product {
  /** The parts in the order of the constructor's arguments. */
  List<Object> parts();

  @Override
  default int productArity() {
    return parts().size();
  }

  @Override
  default Object productElement(int at) {
    return parts().get(at);
  }

  @Override
  default boolean canEqual(Object other) {
    return getClass().isInstance(other);
  }

  /** Whether another object is a node of this class with equal parts. */
  default boolean equalParts(Object other) {
    return this == other || (canEqual(other) && parts().equals(((ProductNode) other).parts()));
  }
}
