package io.pinion.spark.plan;

import io.pinion.spark.task.PartitionFunction;
import java.io.Serializable;
import org.apache.spark.sql.Row;
import scala.collection.Iterator;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;

/** The function over partitions where no plan has a node for it; by it, plans are recognized. */
public final class GenerateFunction extends AbstractFunction1<Iterator<Row>, Iterator<Row>>
    implements Serializable {
  private static final long serialVersionUID = 1;

  private final PartitionFunction function;

  public GenerateFunction(PartitionFunction function) {
    this.function = function;
  }

  @Override
  public Iterator<Row> apply(Iterator<Row> rows) {
    return CollectionConverters.asScala(function.call(CollectionConverters.asJava(rows)));
  }
}
