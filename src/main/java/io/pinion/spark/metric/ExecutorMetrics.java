package io.pinion.spark.metric;

import com.codahale.metrics.Counter;
import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.pinion.generate.GenerationResult;
import io.pinion.spark.registry.ModelRegistry;
import io.pinion.spark.registry.ModelRegistry.Occupancy;
import java.util.function.ToIntFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * What this executor does, for Spark's metrics system and its sinks. Unlike {@link
 * GenerationMetrics}, it counts while tasks run, and also what is lost with a task that fails.
 * Thread-safe.
 */
public final class ExecutorMetrics implements Source {
  private static final String NAME = "pinion";
  private static final ExecutorMetrics INSTANCE = new ExecutorMetrics();

  private final MetricRegistry metrics = new MetricRegistry();
  private final Counter rowsOk = metrics.counter("rows.ok");
  private final Counter rowsFailed = metrics.counter("rows.failed");
  private final Counter promptTokens = metrics.counter("tokens.prompt");
  private final Counter cachedPromptTokens = metrics.counter("tokens.prompt.cached");
  private final Counter completionTokens = metrics.counter("tokens.completion");

  private ExecutorMetrics() {
    gauge("models", Occupancy::models);
    gauge("slots", Occupancy::slots);
    gauge("slots.used", Occupancy::slotsInUse);
  }

  private void gauge(String name, ToIntFunction<Occupancy> figure) {
    Gauge<Integer> gauge = () -> figure.applyAsInt(ModelRegistry.executor().occupancy());
    metrics.register(name, gauge);
  }

  /** The counts of this JVM. */
  public static ExecutorMetrics executor() {
    return INSTANCE;
  }

  /**
   * Registers this executor's counts unless they are already. Before the application has its id,
   * which is part of their names, nothing is registered.
   */
  public static void register(SparkEnv environment) {
    MetricsSystem system = environment.metricsSystem();
    synchronized (system) {
      if (environment.conf().contains("spark.app.id") && system.getSourcesByName(NAME).isEmpty()) {
        system.registerSource(INSTANCE);
      }
    }
  }

  /** Counts a row that leaves its task. */
  public void row(boolean failed) {
    (failed ? rowsFailed : rowsOk).inc();
  }

  /** Counts the tokens of a row that was generated here. */
  public void tokens(GenerationResult result) {
    promptTokens.inc(result.promptTokens());
    cachedPromptTokens.inc(result.cachedPromptTokens());
    completionTokens.inc(result.completionTokens());
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return metrics;
  }
}
