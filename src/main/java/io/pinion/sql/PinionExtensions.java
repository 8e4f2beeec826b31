package io.pinion.sql;

import io.pinion.spark.plan.GenerateStrategy;
import io.pinion.spark.plan.PushThroughGenerate;
import io.pinion.spark.plan.ShareGenerations;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.FunctionIdentifier;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.ExpressionInfo;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Function1;
import scala.Tuple3;
import scala.collection.immutable.Seq;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * What {@code spark.sql.extensions} names to have Pinion in SQL: the functions of {@link
 * SqlFunction}, the table function {@link PinionTable}, and generation as an operator of Spark's
 * plans, for {@link io.pinion.spark.TextGenerator} too.
 */
public final class PinionExtensions extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  // Made once for all sessions: Spark warns of a function that replaces another one.
  private static final List<Function<Expression>> FUNCTIONS =
      Arrays.stream(SqlFunction.values())
          .map(each -> new Function<Expression>(each.sqlName(), each.usage(), each::call))
          .toList();

  private static final Function<LogicalPlan> TABLE =
      new Function<>(PinionTable.NAME, PinionTable.USAGE, PinionTable::rows);

  /** A function as Spark's registries have it, with what makes a call of its arguments. */
  private record Function<T>(
      FunctionIdentifier name, ExpressionInfo info, Function1<Seq<Expression>, T> call) {
    Function(String name, String usage, Function1<Seq<Expression>, T> call) {
      this(
          new FunctionIdentifier(name),
          new ExpressionInfo(
              PinionCall.class.getName(), null, name, usage, "", "", "", "misc_funcs", "", "", ""),
          call);
    }

    Tuple3<FunctionIdentifier, ExpressionInfo, Function1<Seq<Expression>, T>> entry() {
      return new Tuple3<>(name, info, call);
    }
  }

  /**
   * Adds all of it to the sessions of these extensions. The functions are added to those that Spark
   * has of its own as well: a view of the catalog may call no others.
   */
  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    for (Function<Expression> function : FUNCTIONS) {
      extensions.injectFunction(function.entry());
      FunctionRegistry.builtin().registerFunction(function.name, function.info, function.call);
    }
    extensions.injectTableFunction(TABLE.entry());
    TableFunctionRegistry.builtin().registerFunction(TABLE.name, TABLE.info, TABLE.call);
    extensions.injectPostHocResolutionRule(spark -> new ExtractCalls());
    extensions.injectCheckRule(spark -> new CheckCalls());
    extensions.injectOptimizerRule(spark -> new ShareGenerations());
    extensions.injectOptimizerRule(spark -> new PushThroughGenerate());
    extensions.injectPlannerStrategy(spark -> new GenerateStrategy());
    return BoxedUnit.UNIT;
  }
}
