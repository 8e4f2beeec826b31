package io.pinion.spark.registry;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;

/**
 * Frees the models in memory when a Spark application ends whose tasks run in the driver's JVM
 * ({@code local} masters). Those of other executors end with their JVM. Thread-safe.
 */
public final class SessionEnd extends SparkListener {
  private static final Set<SparkContext> WATCHED =
      Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

  /** Made with this: an application may end with its JVM, when it is too late to make one. */
  private final ModelRegistry models = ModelRegistry.executor();

  private SessionEnd() {}

  /** Watches for the end of an application; once is enough. */
  public static void watch(SparkContext context) {
    if (context.isLocal() && WATCHED.add(context)) {
      context.addSparkListener(new SessionEnd());
    }
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd end) {
    models.endSession();
  }
}
