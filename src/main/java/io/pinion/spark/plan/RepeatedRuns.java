package io.pinion.spark.plan;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MapPartitions;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.util.QueryExecutionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.runtime.BoxedUnit;

/**
 * Warns once when a query of a session generates what an earlier one has generated already, which
 * every action on the same rows does. Plans are known by their hashes, of which there is a bounded
 * number. Thread-safe.
 */
public final class RepeatedRuns implements QueryExecutionListener {
  private static final Logger LOG = LoggerFactory.getLogger(RepeatedRuns.class);
  private static final int MAX_PLANS = 10_000;

  private final Set<Integer> seen = new HashSet<>();
  private final Set<Integer> warned = new HashSet<>();

  private RepeatedRuns() {}

  /** Watches the queries of a session, if nothing does so yet. */
  public static synchronized void watch(SparkSession spark) {
    // A stream's session comes with the listeners of the one that it is copied from.
    boolean watched =
        Arrays.stream(spark.listenerManager().listListeners())
            .anyMatch(RepeatedRuns.class::isInstance);
    if (!watched) {
      spark.listenerManager().register(new RepeatedRuns());
    }
  }

  @Override
  public void onSuccess(String action, QueryExecution query, long nanoseconds) {
    // The micro-batches of a stream have the same plan, and other rows.
    if (!query.analyzed().isStreaming()) {
      generations(query.optimizedPlan()).forEach(plan -> note(plan, action));
    }
  }

  @Override
  public void onFailure(String action, QueryExecution query, Exception fault) {
    // What failed is meant to be run again.
  }

  private static Set<Integer> generations(LogicalPlan plan) {
    Set<Integer> hashes = new HashSet<>();
    plan.foreach(
        node -> {
          if (node instanceof PinionGenerate
              || node instanceof MapPartitions map && isGeneration(map)) {
            hashes.add(node.semanticHash());
          }
          return BoxedUnit.UNIT;
        });
    return hashes;
  }

  private static boolean isGeneration(MapPartitions node) {
    Object function = node.func();
    return function instanceof GenerateFunction;
  }

  private synchronized void note(int plan, String action) {
    if (seen.contains(plan) && warned.add(plan)) {
      LOG.warn(
          "The action '{}' has generated again what an earlier one generated: every action runs the"
              + " model. Call cache() or checkpoint() on the generated rows, or write them first"
              + " and read them from there",
          action);
    } else if (seen.size() < MAX_PLANS) {
      seen.add(plan);
    }
  }
}
