package io.pinion.sql;

import io.pinion.spark.plan.Generation;
import io.pinion.spark.plan.Plans;
import io.pinion.spark.plan.ProductNode;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CreateNamedStruct;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal$;
import org.apache.spark.sql.catalyst.expressions.codegen.CodegenContext;
import org.apache.spark.sql.catalyst.expressions.codegen.ExprCode;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.immutable.IndexedSeq;
import scala.collection.immutable.Seq;

/**
 * A call of one of the functions, until {@link ExtractCalls} replaces it by columns of a plan. Two
 * calls with equal prompts and generations are answered once, whatever columns of the answer are
 * their values. Immutable.
 */
public final class PinionCall extends Expression implements ProductNode {
  private static final long serialVersionUID = 1;

  /** Stands for all columns of an answer, as a struct. */
  static final int ALL = -1;

  private final String function;
  private final Expression prompt;
  private final Generation generation;
  private final int column;

  /**
   * @param column the place of the value among the generation's columns, or {@link #ALL}
   */
  public PinionCall(String function, Expression prompt, Generation generation, int column) {
    this.function = function;
    this.prompt = prompt;
    this.generation = generation;
    this.column = column;
  }

  Expression prompt() {
    return prompt;
  }

  Generation generation() {
    return generation;
  }

  /** Whether both are answered by the same texts; of a random prompt, only the call itself is. */
  boolean hasAnswersOf(PinionCall other) {
    return this == other
        || (generation.equals(other.generation) && prompt.semanticEquals(other.prompt));
  }

  /** The call's value where the columns of its answer are known. */
  Expression value(List<Attribute> columns) {
    if (column != ALL) {
      return columns.get(column);
    }
    List<Expression> fields = new ArrayList<>();
    for (Attribute each : columns) {
      fields.add(Literal$.MODULE$.apply(each.name()));
      fields.add(each);
    }
    return new CreateNamedStruct(Plans.seq(fields));
  }

  @Override
  public DataType dataType() {
    List<StructField> fields = generation.columns().fields();
    return column == ALL
        ? new StructType(fields.toArray(StructField[]::new))
        : fields.get(column).dataType();
  }

  @Override
  public boolean nullable() {
    return column != ALL;
  }

  @Override
  public Object eval(InternalRow input) {
    throw misplaced();
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    throw misplaced();
  }

  private IllegalStateException misplaced() {
    return new IllegalStateException(
        function
            + " is computed by a plan: set spark.sql.extensions=io.pinion.sql.PinionExtensions");
  }

  @Override
  public String prettyName() {
    return function;
  }

  @Override
  public String toString() {
    return function + "(" + prompt + ")";
  }

  @Override
  public Seq<Expression> children() {
    return Plans.seq(List.of(prompt));
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return new PinionCall(function, children.head(), generation, column);
  }

  @Override
  public List<Object> parts() {
    return List.of(function, prompt, generation, column);
  }

  @Override
  public boolean equals(Object other) {
    return equalParts(other);
  }
}
