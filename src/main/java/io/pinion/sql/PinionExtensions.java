package io.pinion.sql;

import io.pinion.spark.plan.GenerateStrategy;
import io.pinion.spark.plan.PushThroughGenerate;
import io.pinion.spark.plan.ShareGenerations;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import scala.Tuple3;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * What {@code spark.sql.extensions} names to have Pinion in SQL: the functions of {@link
 * SqlFunction}, the table function {@link PinionTable}, and generation as an operator of Spark's
 * plans, for {@link io.pinion.spark.TextGenerator} too.
 */
public final class PinionExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (SqlFunction function : SqlFunction.values()) {
      add(extensions, function);
    }
    addTable(extensions);
    extensions.injectPostHocResolutionRule(spark -> new ExtractCalls());
    extensions.injectCheckRule(spark -> new CheckCalls());
    extensions.injectOptimizerRule(spark -> new ShareGenerations());
    extensions.injectOptimizerRule(spark -> new PushThroughGenerate());
    extensions.injectPlannerStrategy(spark -> new GenerateStrategy());
    return BoxedUnit.UNIT;
  }

  /**
   * Adds a function to the sessions of these extensions, and to those that Spark knows as its own:
   * it lets a view of the catalog call no other.
   */
  private static void add(SparkSessionExtensions extensions, SqlFunction function) {
    FunctionIdentifier name = new FunctionIdentifier(function.sqlName());
    ExpressionInfo info = info(function.sqlName(), function.usage());
    extensions.injectFunction(new Tuple3<>(name, info, function::call));
    FunctionRegistry.builtin().registerFunction(name, info, function::call);
  }

  /** Adds the table function, in the same way. */
  private static void addTable(SparkSessionExtensions extensions) {
    FunctionIdentifier name = new FunctionIdentifier(PinionTable.NAME);
    ExpressionInfo info = info(PinionTable.NAME, PinionTable.USAGE);
    extensions.injectTableFunction(new Tuple3<>(name, info, PinionTable::rows));
    TableFunctionRegistry.builtin().registerFunction(name, info, PinionTable::rows);
  }

  private static ExpressionInfo info(String name, String usage) {
    return new ExpressionInfo(
        PinionCall.class.getName(), null, name, usage, "", "", "", "misc_funcs", "", "", "");
  }
}
