package io.pinion.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationStart;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The name that Spark's UI has for a job, which starts its session as under spark-submit. */
class ApplicationNameTest extends JobTest {
  private static final List<String> NAMES = new ArrayList<>();
  private final List<String> properties = new ArrayList<>();

  /** Notes the names of applications; Spark makes one for each. */
  public static final class Listener extends SparkListener {
    @Override
    public void onApplicationStart(SparkListenerApplicationStart start) {
      NAMES.add(start.appName());
    }
  }

  @BeforeEach
  void noSession() throws IOException {
    SparkSession.active().close();
    NAMES.clear();
  }

  @AfterEach
  void noProperties() {
    properties.forEach(System::clearProperty);
  }

  /** The name of a job's application. */
  private String name(String more, Map<String, String> submitted) throws IOException {
    Map<String, String> given = new LinkedHashMap<>(submitted);
    given.put("spark.master", "local[1]");
    given.put("spark.ui.enabled", "false");
    given.put("spark.driver.host", "127.0.0.1");
    given.put("spark.driver.bindAddress", "127.0.0.1");
    given.put("spark.extraListeners", Listener.class.getName());
    given.forEach(System::setProperty);
    properties.addAll(given.keySet());
    rows(1);
    assertThat(Pinion.run(System.out, System.err, job("mode: overwrite", more))).isZero();
    assertThat(NAMES).hasSize(1);
    return NAMES.get(0);
  }

  @Test
  void itIsTheJobFilesName() throws IOException {
    assertThat(name("name: classify mails\n", Map.of("spark.app.name", "io.pinion.job.Pinion")))
        .isEqualTo("classify mails");
  }

  @Test
  void withoutOneItNamesTheJobFile() throws IOException {
    assertThat(name("", Map.of("spark.app.name", "io.pinion.job.Pinion")))
        .isEqualTo("pinion " + folder.resolve("job.yaml"));
  }

  @Test
  void theNameGivenToSparkSubmitComesFirst() throws IOException {
    assertThat(name("name: classify mails\n", Map.of("spark.app.name", "nightly")))
        .isEqualTo("nightly");
  }
}
