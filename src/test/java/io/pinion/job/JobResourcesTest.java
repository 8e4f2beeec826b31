package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs whose generation has executors of its own. The session's have no GPU. */
class JobResourcesTest extends JobTest {
  private String script;
  private boolean dynamic = true;

  @Override
  @BeforeEach
  void session() {
    if (script != null) {
      super.session();
    }
  }

  @Override
  SparkSession.Builder settings() {
    return dynamic ? cluster() : super.settings();
  }

  private SparkSession.Builder cluster() {
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return super.settings()
        .master("local-cluster[2,2,1024]")
        .config("spark.executor.extraClassPath", classPath)
        .config("spark.executor.cores", 1)
        .config("spark.executor.memory", "512m")
        .config("spark.worker.resource.gpu.amount", 2)
        .config("spark.worker.resource.gpu.discoveryScript", script)
        .config("spark.dynamicAllocation.enabled", true)
        .config("spark.dynamicAllocation.minExecutors", 1)
        .config("spark.pinion.device.simulate", "cpu");
  }

  private void discovery() throws IOException {
    Path file = folder.resolve("gpus.sh");
    Files.writeString(file, "#!/bin/sh\necho '{\"name\":\"gpu\",\"addresses\":[\"0\",\"1\"]}'\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    script = file.toString();
  }

  private String job(String resources) throws IOException {
    rows(6);
    return job("mode: overwrite", "resources: {" + resources + "}\n");
  }

  @Test
  void theStageThatGeneratesHasGpusThatTheSessionHasNot() throws IOException {
    assumeThat(System.getenv("SPARK_HOME"))
        .as("SPARK_HOME names no Spark distribution; bin/pinion test fetches one")
        .isNotNull();
    discovery();
    String job = job("gpu: 1, cores: 1, discovery-script: \"%s\"".formatted(script));
    String report = folder.resolve("report.json").toString();
    String[] gpu = {job, "--set", "model.device=gpu", "--report", report};
    assertThat(run(gpu)).as(printed()).isZero();
    for (JsonNode device : report().path("devices")) {
      assertThat(device.path("device").textValue()).matches("cpu \\(address [01]\\)");
    }
    assertThat(report().path("devices")).isNotEmpty();
  }

  @Test
  void aSessionThatStartsNoExecutorsIsRefused() throws IOException {
    dynamic = false;
    discovery();
    assertThat(run(job("gpu: 1, cores: 1, discovery-script: \"%s\"".formatted(script))))
        .isEqualTo(2);
    assertThat(printed())
        .contains("resources needs executors of its own")
        .contains("spark.dynamicAllocation.enabled=true; the master is local[2]");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    dynamic = false;
    discovery();
    assertThat(run(job("gpu: 1, cores: 1"))).isEqualTo(2);
    assertThat(printed()).contains("resources.gpu needs resources.discovery-script");
    assertThat(run(job("memory: 1g"))).isEqualTo(2);
    assertThat(printed()).contains("resources.cores must be at least spark.task.cpus");
    assertThat(run(job("gpus: 1"))).isEqualTo(2);
    assertThat(printed()).contains("resources.gpus is unknown; did you mean gpu?");
  }
}
