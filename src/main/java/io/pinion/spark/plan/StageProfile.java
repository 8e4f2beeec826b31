package io.pinion.spark.plan;

import org.apache.spark.SparkConf;
import org.apache.spark.SparkContext;
import org.apache.spark.resource.ExecutorResourceRequests;
import org.apache.spark.resource.ResourceProfile;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;

/**
 * What each executor of a generation has, in place of what the session's executors have.
 *
 * @param gpus how many GPUs, which its tasks share; 0 for none
 * @param cores how many cores; 0 for the session's
 * @param memory of its heap, such as {@code 8g}; {@code null} for the session's
 * @param discoveryScript lists an executor's GPUs; {@code null} for the session's
 */
public record StageProfile(int gpus, int cores, String memory, String discoveryScript) {
  private static final String GPU = "spark.executor.resource.gpu.";

  /**
   * The profile for a session.
   *
   * @throws IllegalArgumentException if it is incomplete, or the session has no executors but those
   *     it started with
   */
  public ResourceProfile in(SparkContext context) {
    SparkConf session = context.conf();
    int cpus = session.getInt("spark.task.cpus", 1);
    int all = cores > 0 ? cores : session.getInt("spark.executor.cores", 0);
    if (all < cpus) {
      throw new IllegalArgumentException(
          "resources.cores must be at least spark.task.cpus, which is %d: set it, or spark.executor.cores"
              .formatted(cpus));
    }
    ExecutorResourceRequests executor = new ExecutorResourceRequests().cores(all);
    TaskResourceRequests task = new TaskResourceRequests().cpus(cpus);
    if (memory != null) {
      executor.memory(memory);
    }
    if (gpus > 0) {
      executor.resource("gpu", gpus, script(session), session.get(GPU + "vendor", "nvidia.com"));
      task.resource("gpu", Math.min(1, (double) gpus / (all / cpus)));
    }
    ResourceProfile profile = new ResourceProfileBuilder().require(executor).require(task).build();
    requireSupport(context, profile);
    return profile;
  }

  private String script(SparkConf session) {
    String script =
        discoveryScript == null ? session.get(GPU + "discoveryScript", "") : discoveryScript;
    if (script.isEmpty()) {
      throw new IllegalArgumentException(
          "resources.gpu needs resources.discovery-script, a program that lists an executor's GPUs, such as conf/gpu-addresses.sh");
    }
    return script;
  }

  private static void requireSupport(SparkContext context, ResourceProfile profile) {
    try {
      context.resourceProfileManager().isSupported(profile);
    } catch (Exception e) {
      // Spark's exception, which its method does not declare.
      throw new IllegalArgumentException(
          "resources needs executors of its own, which Spark starts on a standalone cluster, YARN or Kubernetes with spark.dynamicAllocation.enabled=true; the master is %s. Leave resources out, and give all executors what generation needs (spark.executor.resource.gpu.amount). Spark says: %s"
              .formatted(context.master(), e.getMessage()),
          e);
    }
  }
}
