package io.pinion.sql;

import io.pinion.spark.plan.PinionGenerate;
import io.pinion.spark.plan.Plans;
import java.util.List;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.FunctionTableSubqueryArgumentExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.collection.immutable.Seq;

/** The table function that does what the transformer does: a table with all generated columns. */
final class PinionTable {
  static final String NAME = "pinion_table";
  static final String USAGE =
      "_FUNC_(TABLE(table) [, options]) - The rows of a table with the columns that the model"
          + " generates for each.";

  private PinionTable() {}

  /**
   * The rows of a call with these arguments.
   *
   * @throws IllegalArgumentException with every problem of the arguments and of the session's
   *     defaults
   */
  static LogicalPlan rows(Seq<Expression> arguments) {
    List<Expression> given = Plans.list(arguments);
    if (given.isEmpty()
        || given.size() > 2
        || !(given.get(0) instanceof FunctionTableSubqueryArgumentExpression table)) {
      throw new IllegalArgumentException(
          NAME + " takes a table and options: " + USAGE.replace("_FUNC_", NAME));
    }
    SqlSettings settings = new SqlSettings(NAME, true);
    settings.readDefaults();
    if (given.size() == 2) {
      settings.readOptions(given.get(1), false);
    }
    if (!table.equals(whole(table))) {
      settings.report(
          "the table stays in its partitions and order: leave out PARTITION BY, ORDER BY");
    }
    return PinionGenerate.over(settings.generation(table.plan().schema()), table.plan(), null);
  }

  /** The argument without what SQL may say of partitions and order. */
  private static FunctionTableSubqueryArgumentExpression whole(
      FunctionTableSubqueryArgumentExpression table) {
    return table.copy(
        table.plan(),
        table.outerAttrs(),
        table.exprId(),
        Plans.seq(List.of()),
        false,
        Plans.seq(List.of()),
        Plans.seq(List.of()));
  }
}
