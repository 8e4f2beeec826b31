package io.pinion.spark.metric;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinion.model.runtime.TinyModelDirectory;
import io.pinion.spark.LocalSpark;
import io.pinion.spark.TextGenerator;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prometheus reads of a session whose driver is its executor. */
class ExecutorMetricsTest {
  private static final Pattern LINE =
      Pattern.compile("metrics_\\w+_driver_pinion_(\\w+)_(?:Count|Value)\\{.*} (\\d+)");

  @TempDir Path folder;
  private String model;

  @BeforeEach
  void write() throws IOException {
    model = TinyModelDirectory.write(folder.resolve("model"), 3).toString();
  }

  private SparkSession session() {
    return LocalSpark.builder("local[2]")
        .config("spark.ui.enabled", true)
        .config("spark.ui.port", 0)
        .config(
            "spark.metrics.conf.*.sink.prometheusServlet.class",
            "org.apache.spark.metrics.sink.PrometheusServlet")
        .config("spark.metrics.conf.*.sink.prometheusServlet.path", "/metrics/prometheus")
        .getOrCreate();
  }

  private static Map<String, Long> scraped(SparkSession spark)
      throws IOException, InterruptedException {
    String address = spark.sparkContext().uiWebUrl().get() + "/metrics/prometheus";
    HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
    // The UI redirects to the address with a slash at its end, as Prometheus follows.
    HttpClient client = HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
    String body = response.body();
    assertThat(response.statusCode()).as(body).isEqualTo(200);
    Map<String, Long> figures = new TreeMap<>();
    for (Matcher line = LINE.matcher(body); line.find(); ) {
      figures.put(line.group(1), Long.valueOf(line.group(2)));
    }
    return figures;
  }

  /** A generator over rows of which every fourth has no text. */
  private GenerationMetrics generate(SparkSession spark) {
    TextGenerator generator =
        new TextGenerator()
            .setModelUrl(model)
            .setDtype("f32")
            .setPromptTemplate("{{ text }}")
            .setBatchSize(5)
            .setMaxTokens(4);
    generator
        .transform(
            spark.range(0, 40, 1, 4).selectExpr("if(id % 4 = 0, null, 'row ' || id) AS text"))
        .collectAsList();
    return generator.metrics();
  }

  @Test
  void prometheusReadsWhatTheExecutorDid() throws Exception {
    try (SparkSession spark = session()) {
      generate(spark);
      Map<String, Long> before = scraped(spark);
      GenerationMetrics run = generate(spark);
      Map<String, Long> after = scraped(spark);
      assertThat(run.completionTokens()).isPositive();
      Map<String, Long> grown = new TreeMap<>(after);
      grown.replaceAll((name, value) -> value - before.get(name));
      assertThat(grown)
          .containsEntry("rows_ok", 30L)
          .containsEntry("rows_failed", 10L)
          .containsEntry("tokens_completion", run.completionTokens())
          .containsEntry("tokens_prompt", run.promptTokens())
          .containsEntry("tokens_prompt_cached", run.cachedPromptTokens());
      assertThat(after)
          .containsEntry("models", 1L)
          .containsEntry("slots", 5L)
          .containsEntry("slots_used", 0L);
    }
  }

  @Test
  void theSourceIsRegisteredOnceInEachSession() throws Exception {
    for (int session = 0; session < 2; session++) {
      try (SparkSession spark = session()) {
        assertThat(scraped(spark)).isEmpty();
        generate(spark);
        assertThat(SparkEnv.get().metricsSystem().getSourcesByName("pinion").size()).isOne();
        assertThat(scraped(spark)).containsEntry("slots", 5L);
      }
    }
  }
}
