package io.pinion.spark;

import io.pinion.setting.Secrets;
import io.pinion.spark.metric.ExecutorMetrics;
import io.pinion.spark.registry.ModelRegistry;
import io.pinion.spark.task.ModelPreload;
import io.pinion.spark.task.TaskSetting;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares executors before their first task: {@code spark.plugins=io.pinion.spark.PinionPlugin}.
 * It loads the model in {@code spark.pinion.model.uri}, if there is one, and registers Pinion's
 * metrics.
 */
public final class PinionPlugin implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(PinionPlugin.class);
  private static final String ON_ERROR = TaskSetting.CONFIGURATION + "plugin.on-error";

  /** There is nothing to prepare on the driver. */
  @Override
  public DriverPlugin driverPlugin() {
    return null;
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new Executor();
  }

  private static final class Executor implements ExecutorPlugin {
    @Override
    public void init(PluginContext context, Map<String, String> extra) {
      ExecutorMetrics.register(SparkEnv.get());
      try {
        ModelPreload preload = ModelPreload.of(context.conf());
        if (preload.isAsked()) {
          preload.load(context.resources());
        }
      } catch (RuntimeException | LinkageError e) {
        if (context.conf().get(ON_ERROR, "log").equals("fail")) {
          throw e;
        }
        LOG.warn(
            "No model is loaded before the first task, which will try to load its own: {}. Set {}=fail for executors that end instead",
            Secrets.without(String.valueOf(e.getMessage())),
            ON_ERROR);
      }
    }

    /** In local mode the application's id is known no sooner. */
    @Override
    public void onTaskStart() {
      ExecutorMetrics.register(SparkEnv.get());
    }

    /** In local mode the JVM goes on. */
    @Override
    public void shutdown() {
      ModelRegistry.executor().endSession();
    }
  }
}
